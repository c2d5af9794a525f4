"""Kinds of autoscaling/v2 and v1."""
