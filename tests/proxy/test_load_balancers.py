"""Services of type LoadBalancer get addresses of the loopback network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import SERVICES
from minikube_py.proxy.load_balancers import choose_address, is_loopback, make_controller
from tests.controller.harness import Cluster

Object = dict[str, Any]
MakeCluster = Callable[..., Cluster]


@pytest.fixture
def cluster(make_cluster: MakeCluster) -> Cluster:
    return make_cluster(make_controller(lambda address: True))


def add(cluster: Cluster, name: str, **spec: Any) -> None:
    cluster.create(SERVICES, name, {"spec": {"type": "LoadBalancer", "ports": [{"port": 80}], **spec}})
    cluster.run()


def balancer(cluster: Cluster, name: str) -> Object:
    found: Object = cluster.get(SERVICES, name)["status"]["loadBalancer"]
    return found


def test_each_service_gets_an_address_of_its_own(cluster: Cluster) -> None:
    for name in ("one", "two"):
        add(cluster, name)
    ingress = [balancer(cluster, name)["ingress"] for name in ("one", "two")]
    assert [[i["ipMode"] for i in points] for points in ingress] == [["VIP"], ["VIP"]]
    first, second = (points[0]["ip"] for points in ingress)
    assert is_loopback(first)
    assert is_loopback(second)
    assert first != second
    assert cluster.events()[:2] == [
        ("Normal", "EnsuringLoadBalancer", "Ensuring load balancer"),
        ("Normal", "EnsuredLoadBalancer", "Ensured load balancer"),
    ]


def test_the_address_goes_with_the_type(cluster: Cluster) -> None:
    add(cluster, "web")
    cluster.patch(SERVICES, "web", {"spec": {"type": "ClusterIP"}})
    cluster.run()
    assert balancer(cluster, "web") == {}
    assert cluster.events()[-1] == ("Normal", "DeletedLoadBalancer", "Deleted load balancer")


def test_a_class_is_somebody_elses(cluster: Cluster) -> None:
    add(cluster, "web", loadBalancerClass="example.com/lb")
    assert balancer(cluster, "web") == {}


def test_a_wished_address_is_given_once(cluster: Cluster) -> None:
    add(cluster, "one", loadBalancerIP="127.9.9.9")
    add(cluster, "two", loadBalancerIP="127.9.9.9")
    assert balancer(cluster, "one")["ingress"] == [{"ip": "127.9.9.9", "ipMode": "VIP"}]
    assert balancer(cluster, "two") == {}
    assert cluster.events()[-1][1] == "SyncLoadBalancerFailed"


def test_where_only_one_address_can_be_bound_all_share_it(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(make_controller(lambda address: address == "127.0.0.1"))
    for name in ("one", "two"):
        add(cluster, name)
        assert balancer(cluster, name)["ingress"][0]["ip"] == "127.0.0.1"


def test_what_is_taken_is_not_chosen_again() -> None:
    first = choose_address("uid", set())
    second = choose_address("uid", {first})
    assert first == choose_address("uid", set())
    assert second not in (first, "127.0.0.1")
    assert is_loopback(second)
