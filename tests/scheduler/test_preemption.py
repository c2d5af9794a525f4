"""Pods of higher priority take the place of others, the least harm first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import POD_DISRUPTION_BUDGETS, PODS, PRIORITY_CLASSES
from minikube_py.scheduler.scheduler import CONTROLLER
from minikube_py.scheduler.victims import Candidate, choose_candidate
from tests.controller.harness import Cluster
from tests.scheduler.test_scheduler import add_node, scheduled

Object = dict[str, Any]
Make = Callable[..., Cluster]


def victim(priority: int, started: str = "2026-01-01T00:00:00Z") -> Object:
    return {"spec": {"priority": priority}, "status": {"startTime": started}}


OLD, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(Candidate("best", [victim(9)], 0), Candidate("worse", [victim(1)], 1), id="budgets first"),
        pytest.param(Candidate("best", [victim(1), victim(1)], 0), Candidate("worse", [victim(2)], 0), id="then importance"),
        pytest.param(Candidate("best", [victim(2)], 0), Candidate("worse", [victim(2), victim(-5)], 0), id="then how many"),
        pytest.param(Candidate("best", [victim(2, NEW)], 0), Candidate("worse", [victim(2, OLD)], 0), id="then the younger"),
    ],
)
def test_the_least_harm(first: Candidate, second: Candidate) -> None:
    assert choose_candidate([first, second]).node == choose_candidate([second, first]).node == "best"


@pytest.fixture
def cluster(make_cluster: Make) -> Cluster:
    cluster = make_cluster(CONTROLLER)
    cluster.create(PRIORITY_CLASSES, "high", {"value": 1000})
    cluster.create(PRIORITY_CLASSES, "low", {"value": 10})
    return cluster


def add_pod(cluster: Cluster, name: str, cpu: str, cls: str = "", **metadata: Any) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    spec = {"containers": [container], **({"priorityClassName": cls} if cls else {})}
    cluster.create(PODS, name, {"spec": spec}, **metadata)
    cluster.run()
    if "nodeName" in cluster.get(PODS, name)["spec"]:
        cluster.set_status(cluster.get(PODS, name), {"phase": "Running"})


def is_ending(cluster: Cluster, name: str) -> bool:
    return "deletionTimestamp" in cluster.get(PODS, name)["metadata"]


def test_it_takes_the_place_when_the_others_are_gone(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="2")
    add_pod(cluster, "small", "500m", "low")
    add_pod(cluster, "large", "1500m", "low")
    add_pod(cluster, "boss", "1", "high")
    assert (is_ending(cluster, "small"), is_ending(cluster, "large")) == (False, True)
    condition = next(c for c in cluster.get(PODS, "large")["status"]["conditions"] if c["type"] == "DisruptionTarget")
    assert (condition["reason"], condition["message"]) == (
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
    boss = cluster.get(PODS, "boss")
    assert boss["status"]["nominatedNodeName"] == "one"
    assert ("Normal", "Preempted", f"Preempted by pod {boss['metadata']['uid']} on node one") in cluster.events()
    failed = [message for _, reason, message in cluster.events() if reason == "FailedScheduling"]
    assert failed == ["0/1 nodes are available: 1 Insufficient cpu."]
    cluster.client.delete(PODS, "large", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert cluster.get(PODS, "boss")["spec"]["nodeName"] == "one"


def test_it_waits_for_its_victims_and_ends_no_more(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="2")
    add_pod(cluster, "first", "1", "low")
    add_pod(cluster, "second", "1", "low")
    add_pod(cluster, "boss", "1", "high")
    cluster.patch(PODS, "boss", {"metadata": {"labels": {"a": "b"}}})
    cluster.run()
    assert sum(is_ending(cluster, name) for name in ("first", "second")) == 1
    assert scheduled(cluster, "boss")["message"] == (
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node."
    )


def test_nobody_else_takes_the_room_that_was_made(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="2")
    add_pod(cluster, "old", "2", "low")
    add_pod(cluster, "boss", "2", "high")
    add_pod(cluster, "greedy", "2", "low")
    cluster.client.delete(PODS, "old", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert cluster.get(PODS, "boss")["spec"]["nodeName"] == "one"
    assert "nodeName" not in cluster.get(PODS, "greedy")["spec"]


def test_one_that_is_too_large_ends_nobody(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="2")
    add_node(cluster, "two", cpu="2")
    add_pod(cluster, "low", "1", "low")
    add_pod(cluster, "giant", "5", "high")
    assert not is_ending(cluster, "low")
    assert scheduled(cluster, "giant")["message"] == (
        "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: "
        "1 Insufficient cpu, 1 No preemption victims found for incoming pod."
    )


def test_equals_do_not_end_one_another(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="1")
    add_pod(cluster, "first", "1", "high")
    add_pod(cluster, "second", "1", "high")
    assert not is_ending(cluster, "first")
    assert scheduled(cluster, "second")["message"].endswith("1 No preemption victims found for incoming pod.")


def test_pods_that_a_budget_protects_are_spared_where_others_do(cluster: Cluster) -> None:
    add_node(cluster, "one", cpu="1")
    add_node(cluster, "two", cpu="1")
    add_pod(cluster, "guarded", "1", "low", labels={"app": "db"})
    add_pod(cluster, "free", "1", "low")
    selector = {"matchLabels": {"app": "db"}}
    cluster.create(POD_DISRUPTION_BUDGETS, "db", {"spec": {"selector": selector, "minAvailable": 1}})
    add_pod(cluster, "boss", "1", "high")
    assert (is_ending(cluster, "guarded"), is_ending(cluster, "free")) == (False, True)
