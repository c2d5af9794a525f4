"""The Service kube-dns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minikube_py.client.resources import NAMESPACES, SERVICES
from minikube_py.proxy.dns_service import make_controller
from tests.controller.harness import Cluster


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    cluster = make_cluster(make_controller("10.96.0.10"))
    cluster.run()
    return cluster


def test_it_comes_with_its_namespace_and_comes_back(cluster: Cluster) -> None:
    cluster.create(NAMESPACES, "kube-system", {})
    cluster.run()
    service = cluster.get(SERVICES, "kube-dns", "kube-system")
    assert (service["spec"]["clusterIP"], service["metadata"]["labels"]["kubernetes.io/name"]) == ("10.96.0.10", "CoreDNS")
    assert [(p["name"], p["port"], p["protocol"]) for p in service["spec"]["ports"]] == [
        ("dns", 53, "UDP"),
        ("dns-tcp", 53, "TCP"),
    ]
    cluster.delete(SERVICES, "kube-dns", namespace="kube-system")
    cluster.run()
    assert cluster.exists(SERVICES, "kube-dns", "kube-system")
