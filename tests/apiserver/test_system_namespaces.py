"""Namespaces that every cluster has come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from minikube_py.apiserver import system_namespaces
from minikube_py.apiserver.system_namespaces import SYSTEM_NAMESPACES
from minikube_py.client.resources import NAMESPACES
from minikube_py.controller.namespace import GRACE
from tests.controller.conftest import make_cluster
from tests.controller.harness import Cluster

__all__ = ["make_cluster"]


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Iterator[Cluster]:
    cluster = make_cluster("namespace")
    cluster.manager.add(system_namespaces.make_controller(cluster.server), cluster.client)
    cluster.run()
    yield cluster


def test_all_are_made_where_there_is_one(cluster: Cluster) -> None:
    assert [n["metadata"]["name"] for n in cluster.list(NAMESPACES)] == list(SYSTEM_NAMESPACES)


def test_one_that_is_deleted_comes_back(cluster: Cluster) -> None:
    before = cluster.get(NAMESPACES, "kube-node-lease")
    cluster.delete(NAMESPACES, "kube-node-lease")
    cluster.run()
    cluster.run(GRACE)
    after = cluster.get(NAMESPACES, "kube-node-lease")
    assert (after["metadata"]["uid"] != before["metadata"]["uid"], after["status"]["phase"]) == (True, "Active")


def test_others_do_not(cluster: Cluster) -> None:
    cluster.create(NAMESPACES, "demo", {})
    cluster.delete(NAMESPACES, "demo")
    cluster.run()
    cluster.run(GRACE)
    assert not cluster.exists(NAMESPACES, "demo")
