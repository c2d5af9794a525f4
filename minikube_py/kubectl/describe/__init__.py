"""What `kubectl describe` says of an object: one describer a kind, and `generic` for kinds without one of their own."""
