"""Kinds of apiextensions.k8s.io/v1, and the kinds that a CustomResourceDefinition makes."""
