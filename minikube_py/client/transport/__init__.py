"""Ways to carry a request to an API server: in this process (local) or over https (http)."""
