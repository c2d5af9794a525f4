"""EndpointSlices follow Services and their pods, with few writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.endpoint_slices import MAX_ENDPOINTS, Frame, Group, plan_slices
from minikube_py.client.resources import ENDPOINT_SLICES, NODES, PODS, SERVICES
from tests.controller.harness import Cluster

Object = dict[str, Any]
SERVICE = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}
OWNER = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default", "uid": "u"}}
FRAME = Frame(OWNER, {"a": "b"}, {})
PORTS = [{"name": "", "port": 80, "protocol": "TCP"}]


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("endpointslice")


def tell(slices: list[Object]) -> list[tuple[str, Object]]:
    """Return pod names and conditions of the endpoints of slices."""
    return sorted((e["targetRef"]["name"], e["conditions"]) for s in slices for e in s.get("endpoints") or ())


def test_a_service_without_pods_has_one_empty_slice(cluster: Cluster) -> None:
    cluster.create(SERVICES, "web", {"spec": SERVICE}, labels={"team": "red"})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    metadata = found["metadata"]
    assert metadata["labels"] == {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
        "team": "red",
    }
    assert (metadata["generateName"], metadata["name"][:-5]) == ("web-", "web-")
    assert [(r["kind"], r["name"], r["controller"]) for r in metadata["ownerReferences"]] == [("Service", "web", True)]
    assert (found["addressType"], found.get("endpoints") or []) == ("IPv4", [])


def test_the_slice_follows_its_pods_and_keeps_its_name(cluster: Cluster) -> None:
    cluster.create(SERVICES, "web", {"spec": SERVICE})
    cluster.run()
    name = cluster.list(ENDPOINT_SLICES)[0]["metadata"]["name"]
    pod = cluster.add_pod("a", "10.244.0.2", {"app": "web"}, nodeName="minikube")
    cluster.add_pod("b", "10.244.0.3", {"app": "web"})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    good = {"ready": True, "serving": True, "terminating": False}
    assert (found["metadata"]["name"], tell([found])) == (name, [("a", good), ("b", good)])
    assert found["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]
    assert [e.get("nodeName") for e in sorted(found["endpoints"], key=lambda e: e["addresses"])] == ["minikube", None]
    cluster.set_running(pod, "10.244.0.2", ready=False)
    cluster.run()
    bad = {"ready": False, "serving": False, "terminating": False}
    assert tell(cluster.list(ENDPOINT_SLICES)) == [("a", bad), ("b", good)]
    cluster.client.delete(PODS, "a", "default")  # it has a node, so it goes gracefully
    cluster.delete(PODS, "b")
    cluster.run()
    assert tell(cluster.list(ENDPOINT_SLICES)) == [("a", {"ready": False, "serving": False, "terminating": True})]


def test_zone_hostname_and_unready_pods_that_are_published(cluster: Cluster) -> None:
    cluster.create(NODES, "n1", {}, labels={"topology.kubernetes.io/zone": "z-1"})
    cluster.add_pod("db-0", "10.244.0.2", {"app": "web"}, ready=False, hostname="db-0", subdomain="db", nodeName="n1")
    spec = {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": {"app": "web"},
        "ports": [{"port": 6379, "name": "redis"}],
    }
    cluster.create(SERVICES, "db", {"spec": spec})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    endpoint = found["endpoints"][0]
    assert (endpoint["hostname"], endpoint["zone"], endpoint["conditions"]["ready"]) == ("db-0", "z-1", True)
    assert endpoint["conditions"]["serving"] is False
    assert found["ports"] == [{"name": "redis", "port": 6379, "protocol": "TCP"}]
    assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_traffic_that_prefers_to_stay_close_is_told_the_zones_of_ready_pods(cluster: Cluster) -> None:
    for name, zone in (("n1", "east"), ("n2", "")):
        cluster.create(NODES, name, {}, labels={"topology.kubernetes.io/zone": zone} if zone else {})
    cluster.add_pod("a", "10.244.0.1", {"app": "web"}, nodeName="n1")
    cluster.add_pod("b", "10.244.0.2", {"app": "web"}, nodeName="n1", ready=False)
    cluster.add_pod("c", "10.244.1.1", {"app": "web"}, nodeName="n2")
    cluster.create(SERVICES, "web", {"spec": {**SERVICE, "trafficDistribution": "PreferClose"}})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    hints = {e["targetRef"]["name"]: e.get("hints") for e in found["endpoints"]}
    assert hints == {"a": {"forZones": [{"name": "east"}]}, "b": None, "c": None}
    cluster.patch(SERVICES, "web", {"spec": {"trafficDistribution": None}})
    cluster.run()
    (found,) = cluster.list(ENDPOINT_SLICES)
    assert [e.get("hints") for e in found["endpoints"]] == [None, None, None]


def test_pods_whose_named_port_differs_stand_in_different_slices(cluster: Cluster) -> None:
    for name, ip, port in (("a", "10.244.0.2", 8080), ("b", "10.244.0.3", 9090)):
        container = {"name": "c", "image": "nginx", "ports": [{"name": "http", "containerPort": port}]}
        cluster.add_pod(name, ip, {"app": "web"}, containers=[container])
    cluster.create(SERVICES, "web", {"spec": {**SERVICE, "ports": [{"name": "front", "port": 80, "targetPort": "http"}]}})
    cluster.run()
    found = cluster.list(ENDPOINT_SLICES)
    assert sorted((s["ports"][0]["port"], s["endpoints"][0]["targetRef"]["name"]) for s in found) == [(8080, "a"), (9090, "b")]
    cluster.delete(PODS, "b")
    cluster.run()
    assert [s["ports"][0]["port"] for s in cluster.list(ENDPOINT_SLICES)] == [8080]


def test_nothing_is_written_twice(cluster: Cluster) -> None:
    cluster.add_pod("a", "10.244.0.2", {"app": "web"})
    cluster.create(SERVICES, "web", {"spec": SERVICE})
    cluster.run()
    before = cluster.server.store.current_revision()
    cluster.manager.sync()
    cluster.run()
    assert cluster.server.store.current_revision() == before


def endpoints(*numbers: int) -> list[Object]:
    return [{"addresses": [f"10.0.{n // 250}.{n % 250}"], "conditions": {"ready": True}} for n in numbers]


def slice_of(name: str, *numbers: int) -> Object:
    metadata = {"name": name, "labels": {"a": "b"}}
    return {"metadata": metadata, "addressType": "IPv4", "ports": PORTS, "endpoints": endpoints(*numbers)}


@pytest.mark.parametrize(
    ("wanted", "existing", "expected"),
    [
        pytest.param(range(250), [], ([100, 100, 50], {}, []), id="new slices are filled"),
        pytest.param(range(3), [("x", range(3))], ([], {}, []), id="nothing to do"),
        pytest.param(range(5), [("x", range(3))], ([], {"x": 5}, []), id="a slice with room takes more"),
        pytest.param(range(120), [("x", range(90)), ("y", range(90, 110))], ([], {"x": 100}, []), id="the fullest first"),
        pytest.param(range(2), [("x", range(2)), ("y", range(50, 60))], ([], {}, ["y"]), id="a slice left empty goes"),
        pytest.param(range(4, 6), [("x", range(2))], ([], {"x": 2}, []), id="a slice left empty is used again"),
        pytest.param((), [("x", range(2)), ("y", range(5, 6))], ([], {"x": 0}, ["y"]), id="one empty slice stays"),
        pytest.param((), [], ([0], {}, []), id="one empty slice is made"),
    ],
)
def test_plan(wanted: range, existing: list[Any], expected: tuple[list[int], dict[str, int], list[str]]) -> None:
    group = Group("IPv4", PORTS, endpoints(*wanted))
    changes = plan_slices([group], [slice_of(name, *numbers) for name, numbers in existing], FRAME)
    assert [len(s["endpoints"]) for s in changes.create] == expected[0]
    assert {s["metadata"]["name"]: len(s["endpoints"]) for s in changes.update} == expected[1]
    assert [s["metadata"]["name"] for s in changes.delete] == expected[2]
    assert all(len(s["endpoints"]) <= MAX_ENDPOINTS for s in (*changes.create, *changes.update))


def test_new_ports_reuse_the_slice() -> None:
    other = [{"name": "", "port": 81, "protocol": "TCP"}]
    changes = plan_slices([Group("IPv4", other, endpoints(1))], [slice_of("x", 1)], FRAME)
    assert (changes.create, changes.delete) == ([], [])
    assert [(s["metadata"]["name"], s["ports"]) for s in changes.update] == [("x", other)]


def test_endpoints_are_shared_out_among_zones(cluster: Cluster) -> None:
    ready = {"allocatable": {"cpu": "4"}, "conditions": [{"type": "Ready", "status": "True"}]}
    for name, zone in (("n1", "east"), ("n2", "west")):
        cluster.create(NODES, name, {"status": ready}, labels={"topology.kubernetes.io/zone": zone})
    for number in range(4):
        cluster.add_pod(f"p{number}", f"10.244.0.{number + 1}", {"app": "web"}, nodeName="n1")
    cluster.create(SERVICES, "web", {"spec": SERVICE}, annotations={"service.kubernetes.io/topology-mode": "Auto"})
    cluster.run()

    def hints() -> list[str]:
        (found,) = cluster.list(ENDPOINT_SLICES)
        return sorted(e["hints"]["forZones"][0]["name"] for e in found["endpoints"] if "hints" in e)

    assert hints() == ["east", "east", "west", "west"]
    assert cluster.events()[-1] == (
        "Normal",
        "TopologyAwareHintsEnabled",
        "Topology Aware Hints has been enabled, addressType: IPv4",
    )
    cluster.patch(NODES, "n2", {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}, "status")
    cluster.run()
    assert hints() == []
    assert cluster.events()[-1][2] == (
        "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4"
    )
