"""Clusters for the tests of controllers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minikube_py.client.reconcile import Controller
from tests.controller.harness import Cluster

MakeCluster = Callable[..., Cluster]


@pytest.fixture
def make_cluster(tmp_path: Path) -> MakeCluster:
    """Return a function that starts a cluster with the given controllers."""

    def make(*controllers: str | Controller) -> Cluster:
        return Cluster(tmp_path, *controllers)

    return make
