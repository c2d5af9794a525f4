"""Makes a node's pods run through `cri` and reports their status."""
