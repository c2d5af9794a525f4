"""Volumes that are for one pod, one node or one zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS
from minikube_py.scheduler.plugins import volume_restrictions, volume_zone
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster
from tests.scheduler.pods import list_reasons, make_node, make_pod
from tests.scheduler.test_scheduler import add_node, scheduled

Object = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"


def disk(name: str, *, read_only: bool = False) -> Object:
    return {"name": "d", "gcePersistentDisk": {"pdName": name, "readOnly": read_only}}


@pytest.mark.parametrize(
    ("mine", "other", "reason"),
    [
        pytest.param(disk("a"), disk("a"), volume_restrictions.NO_DISK, id="the same disk"),
        pytest.param(disk("a"), disk("b"), "", id="another disk"),
        pytest.param(disk("a", read_only=True), disk("a", read_only=True), "", id="both only read"),
        pytest.param(disk("a", read_only=True), disk("a"), volume_restrictions.NO_DISK, id="one writes"),
    ],
)
def test_disks(mine: Object, other: Object, reason: str) -> None:
    node = make_node("one", "", make_pod("other", volumes=[other]))
    pod = make_pod("new", volumes=[mine])
    assert list_reasons(volume_restrictions, pod, [node]) == {"one": reason}


def add_claim(cluster: Cluster, *modes: str, **labels: str) -> None:
    """Create a claim that is bound to a volume with these labels."""
    bound = {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}}
    size = {"accessModes": list(modes), "storageClassName": ""}
    claim = {"spec": {**size, "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "v"}}
    cluster.create(PERSISTENT_VOLUME_CLAIMS, "data", claim, **bound)
    volume = {"spec": {**size, "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}}
    cluster.create(PERSISTENT_VOLUMES, "v", volume, labels={ZONE: labels["zone"]} if labels else {})


USES = {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}


def test_a_claim_for_one_pod(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "one")
    add_node(cluster, "two")
    add_claim(cluster, "ReadWriteOncePod")
    cluster.add_pod("first", **USES)
    cluster.run()
    cluster.add_pod("second", **USES)
    cluster.run()
    assert scheduled(cluster, "second")["message"].startswith(
        f"0/2 nodes are available: 2 {volume_restrictions.IN_USE}. preemption: "
    )
    cluster.client.delete(PODS, "first", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert cluster.get(PODS, "second")["spec"]["nodeName"]


def test_zones(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster(CONTROLLER)
    add_node(cluster, "east", labels={ZONE: "east"})
    add_node(cluster, "west", labels={ZONE: "west"})
    add_claim(cluster, "ReadWriteOnce", zone="west__north")
    cluster.add_pod("user", **USES)
    cluster.run()
    assert cluster.get(PODS, "user")["spec"]["nodeName"] == "west"
    cluster.add_pod("stuck", **USES, nodeSelector={ZONE: "east"})
    cluster.run()
    assert volume_zone.REASON in scheduled(cluster, "stuck")["message"]
