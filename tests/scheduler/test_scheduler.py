"""The scheduler on a real store: it binds, or says why not, and looks again when something changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.apimachinery.errors import InternalError, StatusError, new_conflict
from minikube_py.client.resources import EVENTS, NODES, PODS, PRIORITY_CLASSES, Resource
from minikube_py.client.rest import Client
from minikube_py.scheduler.diagnosis import Refusals, explain_preemption
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster

Object = dict[str, Any]
Make = Callable[..., Cluster]


def add_node(cluster: Cluster, name: str, cpu: str = "4", labels: dict[str, str] | None = None, **spec: Any) -> None:
    allocatable = {"cpu": cpu, "memory": "8Gi", "pods": "110"}
    status = {"allocatable": allocatable, "capacity": allocatable}
    cluster.create(NODES, name, {"spec": spec, "status": status}, labels=labels or {})


def add_pod(cluster: Cluster, name: str, cpu: str = "", **spec: Any) -> None:
    resources = {"requests": {"cpu": cpu}} if cpu else {}
    cluster.create(PODS, name, {"spec": {"containers": [{"name": "c", "image": "nginx", "resources": resources}], **spec}})


def scheduled(cluster: Cluster, name: str) -> Object:
    conditions = cluster.get(PODS, name)["status"]["conditions"]
    condition: Object = next(c for c in conditions if c["type"] == "PodScheduled")
    return condition


def test_a_pod_goes_where_it_fits(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "small", cpu="1")
    add_node(cluster, "large", cpu="8")
    add_pod(cluster, "big", cpu="4")
    cluster.run()
    assert cluster.get(PODS, "big")["spec"]["nodeName"] == "large"
    assert scheduled(cluster, "big")["status"] == "True"
    assert ("Normal", "Scheduled", "Successfully assigned default/big to large") in cluster.events()


def test_pods_spread_over_equal_nodes(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    for name in ("a", "b", "c"):
        add_node(cluster, name)
    for number in range(6):
        add_pod(cluster, f"p{number}", cpu="1")
    cluster.run()
    nodes = [cluster.get(PODS, f"p{n}")["spec"]["nodeName"] for n in range(6)]
    assert sorted(nodes) == ["a", "a", "b", "b", "c", "c"]


def test_a_pod_that_fits_nowhere_waits_and_is_bound_when_a_label_comes(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one")
    add_pod(cluster, "picky", nodeSelector={"gpu": "true"})
    cluster.run()
    message = (
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. "
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )
    condition = scheduled(cluster, "picky")
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "Unschedulable", message)
    assert ("Warning", "FailedScheduling", message) in cluster.events()
    cluster.client.patch(NODES, "one", {"metadata": {"labels": {"gpu": "true"}}})
    cluster.run()
    assert cluster.get(PODS, "picky")["spec"]["nodeName"] == "one"


def test_room_that_comes_free_is_used(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one", cpu="1")
    add_pod(cluster, "first", cpu="1")
    cluster.run()
    add_pod(cluster, "second", cpu="1")
    cluster.run()
    assert "nodeName" not in cluster.get(PODS, "second")["spec"]
    cluster.client.delete(PODS, "first", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert cluster.get(PODS, "second")["spec"]["nodeName"] == "one"


def test_pods_of_other_schedulers_and_gated_ones_are_left_alone(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one")
    add_pod(cluster, "other", schedulerName="mine")
    add_pod(cluster, "gated", schedulingGates=[{"name": "example.com/wait"}])
    cluster.run()
    assert all("nodeName" not in cluster.get(PODS, name)["spec"] for name in ("other", "gated"))
    assert cluster.events() == []
    assert scheduled(cluster, "gated")["reason"] == "SchedulingGated"
    cluster.patch(PODS, "gated", {"spec": {"schedulingGates": None}})
    cluster.run()
    assert cluster.get(PODS, "gated")["spec"]["nodeName"] == "one"


def test_a_failure_that_repeats_is_counted_up(make_cluster: Make) -> None:
    """The first try changes the pod; those after it are about the same version of it, and are one series."""
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one", cpu="2")
    for name in ("first", "second"):
        add_pod(cluster, name, cpu="1")
    cluster.run()
    add_pod(cluster, "big", cpu="4")
    for name in ("first", "second"):
        cluster.run(5.0)
        cluster.client.delete(PODS, name, "default", {"gracePeriodSeconds": 0})
    cluster.run()
    failed = [e for e in cluster.client.list(EVENTS, "default")["items"] if e["reason"] == "FailedScheduling"]
    assert sorted((event.get("series") or {}).get("count", 1) for event in failed) == [1, 2]


def test_nodes_that_do_not_help_wake_nobody(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one")
    add_pod(cluster, "picky", nodeSelector={"gpu": "true"})
    cluster.run()
    add_node(cluster, "two")
    cluster.run()
    assert scheduled(cluster, "picky")["message"].startswith("0/1 nodes are available: 1 ")
    cluster.run(300.0)
    assert scheduled(cluster, "picky")["message"].startswith("0/2 nodes are available: 2 ")


def test_the_more_important_go_first(make_cluster: Make) -> None:
    cluster = make_cluster(CONTROLLER)
    cluster.create(PRIORITY_CLASSES, "high", {"value": 1000, "preemptionPolicy": "Never"})
    for name, spec in (("first", {}), ("boss", {"priorityClassName": "high"})):
        add_pod(cluster, name, cpu="1", **spec)
    cluster.run()
    add_node(cluster, "one", cpu="1")
    cluster.run()
    assert cluster.get(PODS, "boss")["spec"]["nodeName"] == "one"
    assert "nodeName" not in cluster.get(PODS, "first")["spec"]


class Flaky:
    """A client that fails to bind the first time."""

    def __init__(self, client: Client, error: StatusError) -> None:
        self._client, self._error = client, error
        self.bindings = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create(self, resource: Resource, obj: Object, namespace: str = "", subresource: str = "") -> Object:
        """Fail or do it."""
        if subresource == "binding":
            self.bindings += 1
            if self.bindings == 1:
                raise self._error
        return self._client.create(resource, obj, namespace, subresource=subresource)


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        pytest.param(InternalError("the disk is full"), True, id="an error"),
        pytest.param(new_conflict("", "pods", "p", "changed"), False, id="somebody was faster"),
    ],
)
def test_a_pod_that_could_not_be_bound_is_tried_again(make_cluster: Make, error: StatusError, reported: bool) -> None:
    cluster = make_cluster()
    add_node(cluster, "one")
    add_pod(cluster, "p")
    client = Flaky(cluster.client, error)
    cluster.manager.add(CONTROLLER, client)  # type: ignore[arg-type]
    cluster.run()
    assert (client.bindings, "nodeName" in cluster.get(PODS, "p")["spec"]) == (1, False)
    assert [message for _, reason, message in cluster.events() if reason == "FailedScheduling"] == [str(error)] * reported
    cluster.run(1.0)
    assert cluster.get(PODS, "p")["spec"]["nodeName"] == "one"


def refusals(nodes: int, **reasons: int) -> Refusals:
    refused = Refusals(nodes)
    refused.reasons.update({name.replace("_", " "): count for name, count in reasons.items()})
    return refused


@pytest.mark.parametrize(
    ("refused", "preemption", "message"),
    [
        pytest.param(refusals(0), "", "no nodes available to schedule pods", id="no nodes"),
        pytest.param(
            refusals(3, Insufficient_cpu=1, unlucky=2),
            explain_preemption(3, ["No preemption victims found for incoming pod"]),
            "0/3 nodes are available: 1 Insufficient cpu, 2 unlucky. preemption: 0/3 nodes are available: "
            "1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
            id="mixed",
        ),
        pytest.param(
            refusals(1, Insufficient_cpu=1),
            "not eligible due to preemptionPolicy=Never.",
            "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.",
            id="never preempts",
        ),
        pytest.param(
            refusals(1, Insufficient_cpu=1), "", "0/1 nodes are available: 1 Insufficient cpu.", id="preemption helps"
        ),
    ],
)
def test_explain(refused: Refusals, preemption: str, message: str) -> None:
    assert refused.explain(preemption) == message


def test_a_pod_that_names_its_node_goes_there_or_nowhere(make_cluster: Make) -> None:
    """Daemon pods are bound so."""
    cluster = make_cluster(CONTROLLER)
    for name in ("a", "b", "c"):
        add_node(cluster, name, cpu="1")
    named = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [named]}}
    for number in (1, 2):
        add_pod(cluster, f"p{number}", cpu="1", affinity={"nodeAffinity": required})
    cluster.run()
    assert cluster.get(PODS, "p1")["spec"]["nodeName"] == "b"
    assert scheduled(cluster, "p2")["message"] == (
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: "
        "0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
    )
