"""Who asks: the cluster's keys, and the tokens and certificates signed with them."""
