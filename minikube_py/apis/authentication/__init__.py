"""Kinds of authentication.k8s.io/v1: questions who somebody is. None is kept."""
