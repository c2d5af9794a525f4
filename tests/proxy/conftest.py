"""Clusters for the tests of the proxy."""

from tests.controller.conftest import make_cluster

__all__ = ["make_cluster"]
