"""Pods whose node is gone or out of service are removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minikube_py.client.resources import NODES, PODS
from tests.controller.harness import Cluster

Make = Callable[..., Cluster]


@pytest.fixture
def cluster(make_cluster: Make) -> Cluster:
    cluster = make_cluster("pod_garbage_collector")
    cluster.create(NODES, "one", {})
    cluster.add_pod("web", "10.0.0.1", nodeName="one")
    cluster.run()
    return cluster


def test_pods_stay_for_a_while_when_their_node_is_deleted(cluster: Cluster) -> None:
    cluster.delete(NODES, "one")
    cluster.run()
    cluster.run(39)
    assert cluster.exists(PODS, "web")
    cluster.run(1)
    assert not cluster.exists(PODS, "web")


def test_a_node_that_comes_back_keeps_them(cluster: Cluster) -> None:
    cluster.delete(NODES, "one")
    cluster.run(20)
    cluster.create(NODES, "one", {})
    cluster.run(100)
    assert cluster.exists(PODS, "web")


def test_the_time_counts_anew_for_a_node_that_was_gone_before(cluster: Cluster) -> None:
    cluster.delete(NODES, "one")
    cluster.run()
    cluster.run(40)
    cluster.create(NODES, "one", {})
    cluster.add_pod("other", "10.0.0.2", nodeName="one")
    cluster.run(100)
    cluster.delete(NODES, "one")
    cluster.run()
    assert cluster.exists(PODS, "other")
    cluster.run(40)
    assert not cluster.exists(PODS, "other")


def test_terminating_pods_of_nodes_out_of_service_go_at_once(cluster: Cluster) -> None:
    cluster.delete(PODS, "web")
    cluster.run()
    assert cluster.exists(PODS, "web")
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
    cluster.patch(NODES, "one", {"spec": {"taints": [taint]}})
    cluster.run()
    assert not cluster.exists(PODS, "web")


def test_terminating_pods_that_never_had_a_node_go_at_the_next_look(cluster: Cluster) -> None:
    cluster.add_pod("held")
    cluster.patch(PODS, "held", {"metadata": {"finalizers": ["example.com/hold"]}})
    cluster.delete(PODS, "held")
    cluster.run()
    assert cluster.get(PODS, "held")["status"]["phase"] == "Pending"
    cluster.run(21)
    assert cluster.get(PODS, "held")["status"]["phase"] == "Failed"
