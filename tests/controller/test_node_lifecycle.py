"""Nodes: taints by what they say of themselves, what is said of those that fall silent, and what becomes of their pods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import LEASES, NAMESPACES, NODES, PODS
from minikube_py.component_base.clock import format_rfc3339, format_rfc3339_micro
from minikube_py.controller.node_lifecycle.taints import list_wanted, update_taints
from minikube_py.controller.node_lifecycle.zones import FULL, NORMAL, PARTIAL, Place, Zones, evictions_per_second, judge_zone
from tests.controller.harness import Cluster

Object = dict[str, Any]
Make = Callable[..., Cluster]
PREFIX = "node.kubernetes.io/"


def make_node(conditions: dict[str, str], **spec: Any) -> Object:
    return {"spec": spec, "status": {"conditions": [{"type": name, "status": status} for name, status in conditions.items()]}}


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        pytest.param(make_node({"Ready": "True"}), [], id="ready"),
        pytest.param(make_node({}), [], id="says nothing yet"),
        pytest.param(make_node({"Ready": "False"}), ["not-ready:NoSchedule", "not-ready:NoExecute"], id="not ready"),
        pytest.param(make_node({"Ready": "Unknown"}), ["unreachable:NoSchedule", "unreachable:NoExecute"], id="silent"),
        pytest.param(make_node({"Ready": "True"}, unschedulable=True), ["unschedulable:NoSchedule"], id="cordoned"),
        pytest.param(
            make_node({"MemoryPressure": "True", "DiskPressure": "False", "PIDPressure": "True", "NetworkUnavailable": "True"}),
            ["memory-pressure:NoSchedule", "pid-pressure:NoSchedule", "network-unavailable:NoSchedule"],
            id="pressures",
        ),
        pytest.param(make_node({"MemoryPressure": "Unknown"}), [], id="nobody knows of a pressure"),
    ],
)
def test_wanted_taints(node: Object, wanted: list[str]) -> None:
    assert [f"{key.removeprefix(PREFIX)}:{effect}" for key, effect in list_wanted(node)] == wanted


def test_only_the_taints_of_conditions_come_and_go() -> None:
    own = {"key": "gpu", "value": "yes", "effect": "NoExecute"}
    stale = {"key": PREFIX + "not-ready", "effect": "NoSchedule"}
    kept = {"key": PREFIX + "unschedulable", "effect": "NoSchedule", "timeAdded": "2020-01-01T00:00:00Z"}
    wanted = [(PREFIX + "unschedulable", "NoSchedule"), (PREFIX + "disk-pressure", "NoSchedule")]
    assert update_taints([stale, own, kept], wanted, 0.0) == [
        own,
        kept,
        {"key": PREFIX + "disk-pressure", "effect": "NoSchedule", "timeAdded": "1970-01-01T00:00:00Z"},
    ]


def add_node(cluster: Cluster, name: str = "one", ready: str = "True") -> None:
    stamp = format_rfc3339(cluster.clock.now())
    condition = {"type": "Ready", "status": ready, "lastHeartbeatTime": stamp, "lastTransitionTime": stamp}
    cluster.create(NODES, name, {"status": {"conditions": [condition] if ready else []}})


def renew(cluster: Cluster, name: str = "one") -> None:
    if not cluster.exists(NAMESPACES, "kube-node-lease"):
        cluster.create(NAMESPACES, "kube-node-lease", {})
    stamp = format_rfc3339_micro(cluster.clock.now())
    if cluster.exists(LEASES, name, "kube-node-lease"):
        cluster.patch(LEASES, name, {"spec": {"renewTime": stamp}}, namespace="kube-node-lease")
    else:
        cluster.create(LEASES, name, {"spec": {"holderIdentity": name, "renewTime": stamp}}, "kube-node-lease")


def ready_of(cluster: Cluster, name: str = "one") -> Object:
    conditions = cluster.get(NODES, name)["status"]["conditions"]
    found: Object = next(c for c in conditions if c["type"] == "Ready")
    return found


def taints_of(cluster: Cluster, name: str = "one") -> list[str]:
    taints = cluster.get(NODES, name)["spec"].get("taints") or ()
    return [f"{t['key'].removeprefix(PREFIX)}:{t['effect']}" for t in taints]


@pytest.fixture
def cluster(make_cluster: Make) -> Cluster:
    return make_cluster("node_lifecycle")


def test_a_cordoned_node_is_tainted_until_it_is_uncordoned(cluster: Cluster) -> None:
    add_node(cluster)
    cluster.patch(NODES, "one", {"spec": {"unschedulable": True}})
    cluster.run()
    assert taints_of(cluster) == ["unschedulable:NoSchedule"]
    cluster.patch(NODES, "one", {"spec": {"unschedulable": None}})
    cluster.run()
    assert taints_of(cluster) == []


def test_a_silent_node_is_lost_with_its_pods(cluster: Cluster) -> None:
    add_node(cluster)
    add_node(cluster, "other")
    renew(cluster, "other")
    pod = cluster.add_pod("web", "10.244.0.5", nodeName="one")
    renew(cluster)
    cluster.run()
    for _ in range(3):
        cluster.run(40)
        renew(cluster)
        renew(cluster, "other")
    cluster.run()
    assert ready_of(cluster)["status"] == "True"
    cluster.run(40)
    renew(cluster, "other")
    cluster.run(11)
    cluster.run()
    ready = ready_of(cluster)
    assert (ready["status"], ready["reason"]) == ("Unknown", "NodeStatusUnknown")
    assert ready["message"] == "Kubelet stopped posting node status."
    assert taints_of(cluster) == ["unreachable:NoSchedule", "unreachable:NoExecute"]
    of_pod = next(c for c in cluster.get(PODS, pod["metadata"]["name"])["status"]["conditions"] if c["type"] == "Ready")
    assert of_pod["status"] == "False"
    assert ("Normal", "NodeNotReady", "Node one status is now: NodeNotReady") in cluster.events()
    assert ("Warning", "NodeNotReady", "Node is not ready") in cluster.events()


def test_a_node_that_never_spoke_has_a_minute(cluster: Cluster) -> None:
    add_node(cluster, ready="")
    cluster.run(59)
    assert cluster.get(NODES, "one")["status"].get("conditions") in (None, [])
    cluster.run(2)
    conditions = cluster.get(NODES, "one")["status"]["conditions"]
    assert [c["type"] for c in conditions] == ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]
    assert {(c["status"], c["reason"], c["message"]) for c in conditions} == {
        ("Unknown", "NodeStatusNeverUpdated", "Kubelet never posted node status.")
    }


def test_after_a_long_sleep_nodes_are_not_called_lost_at_once(cluster: Cluster) -> None:
    add_node(cluster)
    cluster.run()
    cluster.run(7200)
    assert ready_of(cluster)["status"] == "True"


def test_nodes_are_welcomed_and_missed(cluster: Cluster) -> None:
    add_node(cluster)
    cluster.run()
    cluster.delete(NODES, "one")
    cluster.run()
    assert cluster.events() == [
        ("Normal", "RegisteredNode", "Node one event: Registered Node one in Controller"),
        ("Normal", "RemovingNode", "Node one event: Removing Node one from Controller"),
    ]


def say_ready(cluster: Cluster, status: str, *names: str) -> None:
    """Say of nodes what their Ready condition is from now on."""
    stamp = format_rfc3339(cluster.clock.now())
    condition = {"type": "Ready", "status": status, "lastHeartbeatTime": stamp, "lastTransitionTime": stamp}
    for name in names:
        cluster.patch(NODES, name, {"status": {"conditions": [condition]}}, "status")
    cluster.run()


def evicting(cluster: Cluster, *names: str) -> list[str]:
    """Return the nodes whose taints drive pods away."""
    return [name for name in names if any(taint.endswith("NoExecute") for taint in taints_of(cluster, name))]


def test_one_lost_node_after_the_other_loses_its_pods(cluster: Cluster) -> None:
    names = ("a", "b", "c")
    for name in names:
        add_node(cluster, name)
    cluster.run()
    say_ready(cluster, "False", "a", "b")
    assert taints_of(cluster, "b") == ["not-ready:NoSchedule"]
    assert evicting(cluster, *names) == ["a"]
    cluster.run(9)
    assert evicting(cluster, *names) == ["a"]
    cluster.run(1)
    assert evicting(cluster, *names) == ["a", "b"]


def test_where_all_nodes_are_lost_no_pods_go(cluster: Cluster) -> None:
    names = ("a", "b")
    for name in names:
        add_node(cluster, name)
    cluster.run()
    say_ready(cluster, "False", "a")
    assert evicting(cluster, *names) == ["a"]
    say_ready(cluster, "False", "b")
    assert evicting(cluster, *names) == []
    say_ready(cluster, "True", "b")
    cluster.run(10)
    assert evicting(cluster, *names) == ["a"]


@pytest.mark.parametrize(
    ("ready", "lost", "state"),
    [
        pytest.param(0, 0, NORMAL, id="empty"),
        pytest.param(0, 1, FULL, id="all"),
        pytest.param(1, 2, NORMAL, id="two are no pattern"),
        pytest.param(2, 3, PARTIAL, id="most"),
        pytest.param(3, 3, NORMAL, id="half"),
    ],
)
def test_state_of_a_zone(ready: int, lost: int, state: str) -> None:
    assert judge_zone(ready, lost) == state


@pytest.mark.parametrize(
    ("state", "size", "rate"),
    [(NORMAL, 5, 0.1), (FULL, 5, 0.1), (PARTIAL, 50, 0.0), (PARTIAL, 51, 0.01)],
    ids=["normal", "full", "partial and small", "partial and large"],
)
def test_pace_of_a_zone(state: str, size: int, rate: float) -> None:
    assert evictions_per_second(state, size) == rate


def test_zones_have_turns_of_their_own() -> None:
    zones = Zones()
    for name, zone, ready in (("a", "east", False), ("b", "east", True), ("c", "west", False), ("d", "west", True)):
        zones.note(name, Place(zone, ready))
    assert [zones.take_turn(zone, 0.0) for zone in ("east", "west", "east")] == [0.0, 0.0, 10.0]
    zones.note("b", None)
    zones.note("d", Place("west", False))
    assert (zones.judge("east"), zones.is_all_lost()) == (FULL, True)
