"""Aggregated cluster roles follow those that they select."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import CLUSTER_ROLES
from tests.controller.harness import Cluster

PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
RED = {"clusterRoleSelectors": [{"matchLabels": {"team": "red"}}]}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("clusterrole_aggregation")


def rules_of(cluster: Cluster, name: str) -> Any:
    return cluster.get(CLUSTER_ROLES, name)["rules"]


def test_rules_come_and_go_with_labels(cluster: Cluster) -> None:
    cluster.create(CLUSTER_ROLES, "all", {"aggregationRule": RED})
    cluster.create(CLUSTER_ROLES, "part", {"rules": [PODS]})
    cluster.run()
    assert rules_of(cluster, "all") is None
    cluster.patch(CLUSTER_ROLES, "part", {"metadata": {"labels": {"team": "red"}}})
    cluster.run()
    assert rules_of(cluster, "all") == [PODS]
    cluster.delete(CLUSTER_ROLES, "part")
    cluster.run()
    assert rules_of(cluster, "all") is None


def test_aggregated_roles_can_be_aggregated(cluster: Cluster) -> None:
    blue = {"clusterRoleSelectors": [{"matchLabels": {"team": "blue"}}]}
    cluster.create(CLUSTER_ROLES, "outer", {"aggregationRule": blue})
    cluster.create(CLUSTER_ROLES, "inner", {"aggregationRule": RED}, labels={"team": "blue"})
    cluster.create(CLUSTER_ROLES, "part", {"rules": [PODS]}, labels={"team": "red"})
    cluster.run()
    assert rules_of(cluster, "outer") == [PODS]


def test_rules_written_by_hand_are_overwritten(cluster: Cluster) -> None:
    cluster.create(CLUSTER_ROLES, "all", {"aggregationRule": RED, "rules": [PODS]})
    cluster.run()
    assert rules_of(cluster, "all") is None
