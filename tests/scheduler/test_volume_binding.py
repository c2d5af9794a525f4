"""Pods go where their volumes are, and claims that wait get theirs from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import NODES, PODS, STORAGE_CLASSES
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS as CLAIMS
from minikube_py.client.resources import PERSISTENT_VOLUMES as VOLUMES
from minikube_py.scheduler.scheduler import CONTROLLER
from tests.controller.harness import Cluster

Object = dict[str, Any]
Make = Callable[..., Cluster]
USES = {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}
HOPELESS = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."


def start(make_cluster: Make, *controllers: str) -> Cluster:
    cluster = make_cluster("persistentvolume", "pv_protection", *controllers, CONTROLLER)
    amounts = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    for name in ("one", "two"):
        cluster.create(NODES, name, {"status": {"allocatable": amounts, "capacity": amounts}}, labels={"host": name})
    lazy = {"volumeBindingMode": "WaitForFirstConsumer"}
    cluster.create(STORAGE_CLASSES, "local", {"provisioner": "kubernetes.io/no-provisioner", **lazy})
    cluster.create(STORAGE_CLASSES, "made", {"provisioner": "k8s.io/minikube-hostpath", **lazy})
    return cluster


def add_claim(cluster: Cluster, **spec: Any) -> None:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    cluster.create(CLAIMS, "data", {"spec": whole})


def add_volume(cluster: Cluster, name: str, host: str, **spec: Any) -> None:
    expression = {"key": "host", "operator": "In", "values": [host]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    whole = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "local": {"path": "/x"}}
    cluster.create(VOLUMES, name, {"spec": {**whole, "nodeAffinity": affinity, **spec}})


def message(cluster: Cluster) -> str:
    return str(cluster.get(PODS, "user")["status"]["conditions"][0]["message"])


def node_of(cluster: Cluster) -> str | None:
    found: str | None = cluster.get(PODS, "user")["spec"].get("nodeName")
    return found


def test_a_claim_that_is_not_there(make_cluster: Make) -> None:
    cluster = start(make_cluster)
    cluster.add_pod("user", **USES)
    cluster.run()
    assert message(cluster) == f'0/2 nodes are available: persistentvolumeclaim "data" not found. {HOPELESS}'


def test_a_claim_that_is_not_bound(make_cluster: Make) -> None:
    cluster = start(make_cluster)
    add_claim(cluster)
    cluster.add_pod("user", **USES)
    cluster.run()
    assert message(cluster) == f"0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. {HOPELESS}"
    add_volume(cluster, "disk", "two")
    cluster.run()
    assert node_of(cluster) == "two"


def test_a_bound_volume_that_no_node_reaches(make_cluster: Make) -> None:
    cluster = start(make_cluster)
    add_volume(cluster, "disk", "elsewhere")
    add_claim(cluster)
    cluster.add_pod("user", **USES)
    cluster.run()
    assert message(cluster) == f"0/2 nodes are available: 2 node(s) had volume node affinity conflict. {HOPELESS}"


def test_a_claim_that_waits_is_bound_where_the_pod_can_go(make_cluster: Make) -> None:
    cluster = start(make_cluster)
    add_claim(cluster, storageClassName="local")
    cluster.add_pod("user", **USES)
    cluster.run()
    why = "2 node(s) didn't find available persistent volumes to bind"
    assert message(cluster) == f"0/2 nodes are available: {why}. {HOPELESS}"
    add_volume(cluster, "disk", "two", storageClassName="local")
    cluster.run()
    assert node_of(cluster) == "two"
    assert cluster.get(CLAIMS, "data")["spec"]["volumeName"] == "disk"


@pytest.mark.parametrize("selector", [{}, {"nodeSelector": {"host": "one"}}], ids=["anywhere", "chosen"])
def test_a_volume_is_made_where_the_pod_goes(make_cluster: Make, selector: Object) -> None:
    cluster = start(make_cluster, "hostpath_provisioner")
    add_claim(cluster, storageClassName="made")
    cluster.add_pod("user", **USES, **selector)
    cluster.run()
    claim = cluster.get(CLAIMS, "data")
    assert claim["status"]["phase"] == "Bound"
    selected = claim["metadata"]["annotations"]["volume.kubernetes.io/selected-node"]
    assert selected in ("one", "two")
    assert node_of(cluster) is not None
    assert not selector or (selected, node_of(cluster)) == ("one", "one")
