"""How everyone reaches a cluster: REST verbs, transports, discovery, informers and the reconcile loop."""
