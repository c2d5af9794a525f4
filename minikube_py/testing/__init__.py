"""Clusters for tests: in this process, isolated, gone at the end. docs/testing.md shows how to use them.

With pytest ask for the fixtures `cluster` and `kubeconfig`; anywhere else write `with Cluster() as cluster`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minikube_py.testing.cluster import Cluster
    from minikube_py.testing.options import ClusterOptions

__all__ = ["Cluster", "ClusterOptions"]


def __getattr__(name: str) -> Any:
    """Load a class when it is asked for: the plugin is imported by every pytest run, which may need no cluster."""
    from importlib import import_module

    modules = {"Cluster": "cluster", "ClusterOptions": "options"}
    if name not in modules:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"minikube_py.testing.{modules[name]}"), name)
