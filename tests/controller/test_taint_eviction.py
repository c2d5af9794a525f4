"""Pods leave nodes with NoExecute taints when they no longer tolerate them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import NODES, PODS
from minikube_py.controller.taint_eviction import FOREVER, tolerated_seconds
from tests.controller.harness import Cluster

Object = dict[str, Any]
Make = Callable[..., Cluster]
TAINT = {"key": "down", "value": "yes", "effect": "NoExecute"}
OTHER = {"key": "hot", "effect": "NoExecute"}
DOWN = {"key": "down", "operator": "Exists", "effect": "NoExecute"}
HOT = {"key": "hot", "operator": "Exists", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("taints", "tolerations", "seconds"),
    [
        pytest.param([], [], FOREVER, id="no taint"),
        pytest.param([TAINT], [], 0, id="not tolerated"),
        pytest.param([TAINT], [DOWN], FOREVER, id="tolerated for good"),
        pytest.param([TAINT], [{**DOWN, "tolerationSeconds": 5}], 5, id="for a while"),
        pytest.param([TAINT], [{**DOWN, "tolerationSeconds": -3}], 0, id="for less than nothing"),
        pytest.param([TAINT, OTHER], [{**DOWN, "tolerationSeconds": 5}], 0, id="one of two is not tolerated"),
        pytest.param(
            [TAINT, OTHER], [{**DOWN, "tolerationSeconds": 9}, {**HOT, "tolerationSeconds": 4}], 4, id="the shortest counts"
        ),
    ],
)
def test_tolerated_seconds(taints: list[Object], tolerations: list[Object], seconds: float) -> None:
    assert tolerated_seconds(taints, tolerations) == seconds


@pytest.fixture
def cluster(make_cluster: Make) -> Cluster:
    cluster = make_cluster("taint_eviction")
    cluster.create(NODES, "one", {})
    return cluster


def taint(cluster: Cluster, *taints: Object) -> None:
    cluster.patch(NODES, "one", {"spec": {"taints": list(taints) or None}})
    cluster.run()


def test_pods_that_do_not_tolerate_it_go_at_once(cluster: Cluster) -> None:
    cluster.add_pod("frail", "10.0.0.1", nodeName="one")
    cluster.add_pod("tough", "10.0.0.2", nodeName="one", tolerations=[DOWN])
    taint(cluster, TAINT)
    frail = cluster.get(PODS, "frail")
    assert frail["metadata"]["deletionTimestamp"]
    condition = next(c for c in frail["status"]["conditions"] if c["type"] == "DisruptionTarget")
    assert (condition["status"], condition["reason"], condition["message"]) == (
        "True",
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
    )
    assert "deletionTimestamp" not in cluster.get(PODS, "tough")["metadata"]
    assert cluster.events() == [("Normal", "TaintManagerEviction", "Marking for deletion Pod default/frail")]


def test_others_go_when_their_time_is_over(cluster: Cluster) -> None:
    cluster.add_pod("patient", "10.0.0.1", nodeName="one", tolerations=[{**DOWN, "tolerationSeconds": 60}])
    taint(cluster, TAINT)
    cluster.run(59)
    assert "deletionTimestamp" not in cluster.get(PODS, "patient")["metadata"]
    cluster.run(1)
    assert cluster.get(PODS, "patient")["metadata"]["deletionTimestamp"]


def test_they_stay_where_the_taint_goes_in_time(cluster: Cluster) -> None:
    cluster.add_pod("patient", "10.0.0.1", nodeName="one", tolerations=[{**DOWN, "tolerationSeconds": 60}])
    taint(cluster, TAINT)
    cluster.run(30)
    taint(cluster)
    cluster.run(600)
    assert "deletionTimestamp" not in cluster.get(PODS, "patient")["metadata"]
    assert cluster.events() == [("Normal", "TaintManagerEviction", "Cancelling deletion of Pod default/patient")]
