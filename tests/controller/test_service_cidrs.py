"""Blocks of service addresses, and the objects of the addresses."""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.client.resources import IP_ADDRESSES, SERVICE_CIDRS, SERVICES
from tests.controller.harness import Cluster

Make = Callable[..., Cluster]
CONTROLLERS = ("service_cidrs", "ip_addresses")


def add_service(cluster: Cluster, name: str) -> str:
    service = cluster.create(SERVICES, name, {"spec": {"ports": [{"port": 80}]}})
    return str(service["spec"]["clusterIP"])


def test_a_block_is_held_and_ready(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    cluster.create(SERVICE_CIDRS, "more", {"spec": {"cidrs": ["10.200.0.0/16"]}})
    cluster.run()
    made = cluster.get(SERVICE_CIDRS, "more")
    assert made["metadata"]["finalizers"] == ["networking.k8s.io/service-cidr-finalizer"]
    (condition,) = made["status"]["conditions"]
    assert (condition["status"], condition["message"]) == ("True", "Kubernetes Service CIDR is ready")


def test_an_address_comes_and_goes_with_its_service(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    address = add_service(cluster, "web")
    cluster.run()
    parent = cluster.get(IP_ADDRESSES, address)["spec"]["parentRef"]
    assert parent == {"resource": "services", "namespace": "default", "name": "web"}
    cluster.delete(SERVICES, "web")
    cluster.run()
    assert not cluster.exists(IP_ADDRESSES, address)


def test_a_block_that_addresses_are_from_stays(make_cluster: Make) -> None:
    cluster = make_cluster(*CONTROLLERS)
    cluster.create(SERVICE_CIDRS, "kubernetes", {"spec": {"cidrs": ["10.96.0.0/16"]}})
    add_service(cluster, "web")
    cluster.run()
    cluster.delete(SERVICE_CIDRS, "kubernetes")
    cluster.run()
    (condition,) = cluster.get(SERVICE_CIDRS, "kubernetes")["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "Terminating")
    cluster.delete(SERVICES, "web")
    cluster.run()
    assert not cluster.exists(SERVICE_CIDRS, "kubernetes")
