"""The node agent's parts. It is a single-threaded process that owns the pods' processes; light imports only, it lives long."""
