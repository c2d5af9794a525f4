"""Endpoints follow Services and their pods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.reconcile import Key
from minikube_py.client.resources import ENDPOINTS, PODS, SERVICES
from minikube_py.client.service_endpoints import TriggerTimes, belongs_in_endpoints, find_port
from minikube_py.controller.endpoints import CAPACITY, truncate
from tests.controller.harness import Cluster

Object = dict[str, Any]
HTTP = {"name": "c", "image": "nginx", "ports": [{"name": "http", "containerPort": 8080}]}
NAMED = {"selector": {"app": "web"}, "ports": [{"name": "front", "port": 80, "targetPort": "http"}]}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("endpoints")


def tell(endpoints: Object) -> list[tuple[list[str], list[str], list[int]]]:
    """Return of each subset the ready and not ready pods and the port numbers."""
    return [
        (
            [a["targetRef"]["name"] for a in s.get("addresses", ())],
            [a["targetRef"]["name"] for a in s.get("notReadyAddresses", ())],
            [p["port"] for p in s.get("ports", ())],
        )
        for s in endpoints.get("subsets") or ()
    ]


def test_named_ports_are_looked_up_in_each_pod(cluster: Cluster) -> None:
    cluster.add_pod("a", "10.244.0.2", {"app": "web"}, containers=[HTTP])
    cluster.add_pod(
        "b", "10.244.0.3", {"app": "web"}, containers=[{**HTTP, "ports": [{"name": "http", "containerPort": 9090}]}]
    )
    cluster.add_pod("c", "10.244.0.4", {"app": "web"})
    cluster.create(SERVICES, "web", {"spec": NAMED})
    cluster.run()
    found = cluster.get(ENDPOINTS, "web")
    assert tell(found) == [(["a"], [], [8080]), (["b"], [], [9090])]
    assert found["metadata"]["labels"] == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert found["subsets"][0]["addresses"][0]["ip"] == "10.244.0.2"


def test_endpoints_follow_labels_readiness_and_the_service(cluster: Cluster) -> None:
    cluster.create(SERVICES, "web", {"spec": NAMED})
    cluster.run()
    assert cluster.get(ENDPOINTS, "web").get("subsets") is None
    pod = cluster.add_pod("a", "10.244.0.2", {"app": "web"}, containers=[HTTP])
    cluster.add_pod("b", "10.244.0.3", {"app": "web"}, containers=[HTTP])
    cluster.run()
    assert tell(cluster.get(ENDPOINTS, "web")) == [(["a", "b"], [], [8080])]
    cluster.patch(PODS, "b", {"metadata": {"labels": {"app": "off"}}})
    cluster.set_running(pod, "10.244.0.2", ready=False)
    cluster.run()
    assert tell(cluster.get(ENDPOINTS, "web")) == [([], ["a"], [8080])]
    cluster.delete(PODS, "a")
    cluster.run()
    assert tell(cluster.get(ENDPOINTS, "web")) == []
    cluster.delete(SERVICES, "web")
    cluster.run()
    assert not cluster.exists(ENDPOINTS, "web")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, [(["a"], ["b"], [6379])], id="only ready pods are addresses"),
        pytest.param({"publishNotReadyAddresses": True}, [(["a", "b"], [], [6379])], id="all pods when told to publish them"),
        pytest.param({"clusterIP": "None", "ports": None}, [(["a"], ["b"], [])], id="headless without ports"),
    ],
)
def test_service_fields(cluster: Cluster, change: Object, expected: list[Any]) -> None:
    cluster.add_pod("a", "10.244.0.2", {"app": "db"})
    cluster.add_pod("b", "10.244.0.3", {"app": "db"}, ready=False)
    cluster.add_pod("waiting", "", {"app": "db"})
    spec = {"selector": {"app": "db"}, "ports": [{"port": 6379}], **change}
    cluster.create(SERVICES, "db", {"spec": {k: v for k, v in spec.items() if v is not None}})
    cluster.run()
    assert tell(cluster.get(ENDPOINTS, "db")) == expected


def test_headless_services_publish_host_names_and_are_labelled(cluster: Cluster) -> None:
    cluster.add_pod("db-0", "10.244.0.2", {"app": "db"}, hostname="db-0", subdomain="db")
    cluster.add_pod("db-1", "10.244.0.3", {"app": "db"}, hostname="db-1", subdomain="other")
    spec = {"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"port": 6379}]}
    cluster.create(SERVICES, "db", {"spec": spec}, labels={"team": "data"})
    cluster.run()
    found = cluster.get(ENDPOINTS, "db")
    assert [a.get("hostname") for a in found["subsets"][0]["addresses"]] == ["db-0", None]
    assert found["metadata"]["labels"] == {
        "endpoints.kubernetes.io/managed-by": "endpoint-controller",
        "service.kubernetes.io/headless": "",
        "team": "data",
    }


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({"ports": [{"port": 80}]}, id="no selector"),
        pytest.param({"type": "ExternalName", "externalName": "example.com", "selector": {"app": "web"}}, id="external name"),
    ],
)
def test_some_services_have_no_endpoints_of_ours(cluster: Cluster, spec: Object) -> None:
    cluster.add_pod("a", "10.244.0.2", {"app": "web"})
    cluster.create(SERVICES, "outside", {"spec": spec})
    cluster.run()
    assert not cluster.exists(ENDPOINTS, "outside")


@pytest.mark.parametrize(
    ("status", "deleting", "publishing", "expected"),
    [
        pytest.param({"phase": "Running", "podIP": "10.0.0.1"}, False, False, True, id="running"),
        pytest.param({"phase": "Pending"}, False, True, False, id="no address"),
        pytest.param({"phase": "Succeeded", "podIP": "10.0.0.1"}, False, True, False, id="succeeded"),
        pytest.param({"phase": "Failed", "podIP": "10.0.0.1"}, False, True, False, id="failed"),
        pytest.param({"phase": "Running", "podIP": "10.0.0.1"}, True, False, False, id="terminating"),
        pytest.param({"phase": "Running", "podIP": "10.0.0.1"}, True, True, True, id="terminating, asked for"),
    ],
)
def test_which_pods_are_listed(status: Object, deleting: bool, publishing: bool, expected: bool) -> None:
    metadata = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}
    assert belongs_in_endpoints({"metadata": metadata, "status": status}, include_terminating=publishing) is expected


def test_deleted_endpoints_come_back(cluster: Cluster) -> None:
    cluster.create(SERVICES, "web", {"spec": NAMED})
    cluster.run()
    cluster.delete(ENDPOINTS, "web")
    cluster.run()
    assert cluster.exists(ENDPOINTS, "web")


def test_no_more_than_the_capacity_is_listed() -> None:
    addresses = [{"ip": f"10.0.{n // 256}.{n % 256}"} for n in range(CAPACITY + 5)]
    kept, truncated = truncate([{"notReadyAddresses": addresses[:10], "addresses": addresses[10:]}])
    assert truncated
    assert (len(kept[0]["addresses"]), len(kept[0]["notReadyAddresses"])) == (CAPACITY - 5, 5)


@pytest.mark.parametrize(
    ("service_port", "expected"),
    [
        pytest.param({"port": 80}, 80, id="the same port by default"),
        pytest.param({"port": 80, "targetPort": 8080}, 8080, id="a number"),
        pytest.param({"port": 80, "targetPort": "http"}, 8080, id="a name"),
        pytest.param({"port": 80, "targetPort": "http", "protocol": "UDP"}, None, id="a name of another protocol"),
        pytest.param({"port": 80, "targetPort": "side"}, 15000, id="a sidecar's"),
        pytest.param({"port": 80, "targetPort": "init"}, None, id="not an init container's"),
    ],
)
def test_find_port(service_port: Object, expected: int | None) -> None:
    sidecar = {"name": "s", "restartPolicy": "Always", "ports": [{"name": "side", "containerPort": 15000}]}
    init = {"name": "i", "ports": [{"name": "init", "containerPort": 1}]}
    assert find_port({"spec": {"containers": [HTTP], "initContainers": [sidecar, init]}}, service_port) == expected


def test_trigger_times_tell_the_earliest_change_once() -> None:
    times, key = TriggerTimes(), Key("default", "web")
    service = {"metadata": {"creationTimestamp": "2026-01-01T00:00:05Z"}}

    def pod(name: str, stamp: str) -> Object:
        return {"metadata": {"name": name}, "status": {"conditions": [{"type": "Ready", "lastTransitionTime": stamp}]}}

    first, later = pod("a", "2026-01-01T00:00:03Z"), pod("b", "2026-01-01T00:00:09Z")
    assert times.tell_change(key, service, [first]) == "2026-01-01T00:00:03Z"
    assert times.tell_change(key, service, [first]) == ""
    assert times.tell_change(key, service, [first, later]) == "2026-01-01T00:00:09Z"
