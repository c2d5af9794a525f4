"""A driver attaches only so many volumes to a node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS
from minikube_py.scheduler.plugins.node_volume_limits import CSI_NODES, REASON
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster
from tests.scheduler.test_scheduler import add_node, scheduled

Object = dict[str, Any]


def uses(claim: str) -> Object:
    return {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": claim}}]}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    """Return a cluster of one node, to which the driver can attach one volume; three claims are bound."""
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one")
    drivers = [{"name": "csi.example.com", "nodeID": "one", "topologyKeys": None, "allocatable": {"count": 1}}]
    cluster.create(CSI_NODES, "one", {"spec": {"drivers": drivers}})
    for name in ("a", "b", "local"):
        add_volume(cluster, name)
    return cluster


def add_volume(cluster: Cluster, name: str) -> None:
    size = {"accessModes": ["ReadWriteMany"], "storageClassName": ""}
    csi = {"csi": {"driver": "csi.example.com", "volumeHandle": name}}
    source = {"hostPath": {"path": "/x"}} if name == "local" else csi
    cluster.create(PERSISTENT_VOLUMES, name, {"spec": {**size, "capacity": {"storage": "1Gi"}, **source}})
    bound = {"pv.kubernetes.io/bind-completed": "yes"}
    claim = {"spec": {**size, "resources": {"requests": {"storage": "1Gi"}}, "volumeName": name}}
    cluster.create(PERSISTENT_VOLUME_CLAIMS, name, claim, annotations=bound)


def test_one_more_than_the_driver_can_attach_waits(cluster: Cluster) -> None:
    cluster.add_pod("first", **uses("a"))
    cluster.run()
    cluster.add_pod("second", **uses("b"))
    cluster.run()
    assert scheduled(cluster, "second")["message"].startswith(f"0/1 nodes are available: 1 {REASON}. preemption: ")
    cluster.client.delete(PODS, "first", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert cluster.get(PODS, "second")["spec"]["nodeName"] == "one"


@pytest.mark.parametrize("claim", ["a", "local"], ids=["the same volume", "one that no driver attaches"])
def test_what_needs_no_other_volume_goes(cluster: Cluster, claim: str) -> None:
    for name, used in (("first", "a"), ("second", claim)):
        cluster.add_pod(name, **uses(used))
        cluster.run()
    assert cluster.get(PODS, "second")["spec"]["nodeName"] == "one"
