"""The node agent's parts: a single-threaded process that owns the pods' processes. Light imports only: it lives as long as the cluster."""
