"""What `kubectl explain` prints of kinds and fields, from the OpenAPI definitions. Finding the kind is the verb's work."""
