"""Kinds of authorization.k8s.io/v1: questions whether somebody may do something. None is kept."""
