"""Kinds of the group metrics.k8s.io: what nodes and pods use. They are measured when asked for and stored nowhere."""
