"""Kinds of rbac.authorization.k8s.io/v1, and what its rules mean."""
