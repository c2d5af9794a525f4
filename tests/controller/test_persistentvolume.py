"""The binder: which volume a claim gets, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS as CLAIMS
from minikube_py.client.resources import PERSISTENT_VOLUMES as VOLUMES
from minikube_py.client.resources import PODS, STORAGE_CLASSES
from tests.controller.harness import Cluster

Object = dict[str, Any]
Make = Callable[..., Cluster]
BINDER = ("persistentvolume", "pvc_protection", "pv_protection")
NONE = "no persistent volumes available for this claim and no storage class is set"


def add_volume(cluster: Cluster, name: str, size: str = "1Gi", labels: Object | None = None, **spec: Any) -> None:
    where = {} if "nfs" in spec else {"hostPath": {"path": f"/data/{name}"}}
    whole = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], **where, **spec}
    cluster.create(VOLUMES, name, {"spec": whole}, labels=labels or {})


def add_claim(cluster: Cluster, name: str, size: str = "1Gi", **spec: Any) -> None:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    cluster.create(CLAIMS, name, {"spec": whole})


def add_class(
    cluster: Cluster, name: str, provisioner: str = "example.com/disk", *, default: bool = False, **more: Any
) -> None:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    cluster.create(STORAGE_CLASSES, name, {"provisioner": provisioner, **more}, annotations=annotations)


def phase(cluster: Cluster, name: str) -> str:
    return str(cluster.get(CLAIMS, name)["status"]["phase"])


def volume_of(cluster: Cluster, name: str) -> str | None:
    found: str | None = cluster.get(CLAIMS, name)["spec"].get("volumeName")
    return found


def volume_phase(cluster: Cluster, name: str) -> str:
    return str(cluster.get(VOLUMES, name)["status"]["phase"])


def test_both_sides_of_a_binding(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_volume(cluster, "disk", "5Gi")
    add_claim(cluster, "data")
    cluster.run()
    claim, volume = cluster.get(CLAIMS, "data"), cluster.get(VOLUMES, "disk")
    assert claim["status"] == {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "5Gi"}}
    assert claim["metadata"]["annotations"] == {
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
    }
    assert volume["status"]["phase"] == "Bound"
    assert volume["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    reference = volume["spec"]["claimRef"]
    assert (reference["namespace"], reference["name"], reference["uid"]) == ("default", "data", claim["metadata"]["uid"])


@pytest.mark.parametrize(
    ("volumes", "claim", "chosen"),
    [
        pytest.param([("a", "5Gi", {}), ("b", "2Gi", {}), ("c", "1Gi", {})], {"size": "2Gi"}, "b", id="the smallest that fits"),
        pytest.param([("a", "1Gi", {})], {"size": "2Gi"}, None, id="too small"),
        pytest.param(
            [("a", "1Gi", {"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}), ("b", "9Gi", {})], {}, "b", id="fewest modes"
        ),
        pytest.param([("a", "1Gi", {})], {"accessModes": ["ReadWriteMany"]}, None, id="mode"),
        pytest.param([("a", "1Gi", {"volumeMode": "Block"})], {}, None, id="block"),
        pytest.param([("a", "1Gi", {"storageClassName": "x"})], {"storageClassName": ""}, None, id="class"),
        pytest.param(
            [("a", "1Gi", {}), ("b", "2Gi", {"labels": {"grade": "gold"}})],
            {"selector": {"matchLabels": {"grade": "gold"}}},
            "b",
            id="selector",
        ),
        pytest.param(
            [("a", "9Gi", {"claimRef": {"namespace": "default", "name": "data"}}), ("b", "1Gi", {})], {}, "a", id="set aside"
        ),
        pytest.param([("a", "1Gi", {"claimRef": {"namespace": "default", "name": "x"}})], {}, None, id="another's"),
        pytest.param([("a", "1Gi", {}), ("b", "1Gi", {})], {"volumeName": "b"}, "b", id="named"),
    ],
)
def test_which_volume(make_cluster: Make, volumes: list[tuple[str, str, Object]], claim: Object, chosen: str | None) -> None:
    cluster = make_cluster(*BINDER)
    for name, size, more in volumes:
        add_volume(cluster, name, size, **more)
    cluster.run()
    add_claim(cluster, "data", **claim)
    cluster.run()
    assert phase(cluster, "data") == ("Bound" if chosen else "Pending")
    assert volume_of(cluster, "data") == chosen


def test_a_claim_waits_and_is_bound_when_a_volume_comes(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_claim(cluster, "data")
    cluster.run()
    assert cluster.events() == [("Normal", "FailedBinding", NONE)]
    add_volume(cluster, "disk")
    cluster.run()
    assert phase(cluster, "data") == "Bound"


@pytest.mark.parametrize(
    ("spec", "event"),
    [
        pytest.param(
            {"storageClassName": "nope"},
            ("Warning", "ProvisioningFailed", 'storageclass.storage.k8s.io "nope" not found'),
            id="no class",
        ),
        pytest.param(
            {"storageClassName": "lazy"},
            ("Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding"),
            id="lazy",
        ),
        pytest.param(
            {"storageClassName": "static"},
            ("Warning", "ProvisioningFailed", "no volume plugin matched name: kubernetes.io/no-provisioner"),
            id="nobody provisions",
        ),
        pytest.param(
            {"storageClassName": "fast"},
            (
                "Normal",
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner 'example.com/disk' or manually by the "
                "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
                "correctly registered.",
            ),
            id="somebody else provisions",
        ),
        pytest.param(
            {"volumeName": "block"},
            ("Warning", "VolumeMismatch", 'Cannot bind to requested volume "block": incompatible volumeMode'),
            id="mismatch",
        ),
        pytest.param(
            {"volumeName": "taken"},
            ("Warning", "FailedBinding", 'volume "taken" already bound to a different claim.'),
            id="taken",
        ),
    ],
)
def test_why_a_claim_is_pending(make_cluster: Make, spec: Object, event: tuple[str, str, str]) -> None:
    cluster = make_cluster(*BINDER)
    add_class(cluster, "fast")
    add_class(cluster, "lazy", volumeBindingMode="WaitForFirstConsumer")
    add_class(cluster, "static", "kubernetes.io/no-provisioner")
    add_volume(cluster, "block", volumeMode="Block")
    add_volume(cluster, "taken", claimRef={"namespace": "default", "name": "other"})
    add_claim(cluster, "data", **spec)
    cluster.run()
    assert cluster.events() == [event]
    assert phase(cluster, "data") == "Pending"


def test_pods_that_wait_are_named(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_class(cluster, "lazy", volumeBindingMode="WaitForFirstConsumer")
    cluster.add_pod("web", volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}])
    add_claim(cluster, "data", storageClassName="lazy")
    cluster.run()
    assert cluster.events() == [("Normal", "WaitForPodScheduled", "waiting for pod web to be scheduled")]


def test_a_default_class_that_comes_later_is_taken(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_claim(cluster, "data")
    cluster.run()
    add_class(cluster, "fast", default=True)
    cluster.run()
    assert cluster.get(CLAIMS, "data")["spec"]["storageClassName"] == "fast"


@pytest.mark.parametrize(
    ("volume", "after", "event"),
    [
        pytest.param({}, "Released", None, id="retain"),
        pytest.param(
            {"persistentVolumeReclaimPolicy": "Delete"},
            "Failed",
            ("VolumeFailedDelete", "host_path deleter only supports /tmp/.+ but received provided /data/disk"),
            id="delete what may not be",
        ),
        pytest.param(
            {"persistentVolumeReclaimPolicy": "Delete", "nfs": {"server": "s", "path": "/"}},
            "Failed",
            (
                "VolumeFailedDelete",
                'error getting deleter volume plugin for volume "disk": no deletable volume plugin matched',
            ),
            id="delete what cannot be",
        ),
        pytest.param(
            {"persistentVolumeReclaimPolicy": "Recycle", "nfs": {"server": "s", "path": "/"}},
            "Failed",
            ("VolumeFailedRecycle", "No recycler plugin found for the volume!"),
            id="recycle what cannot be",
        ),
    ],
)
def test_what_becomes_of_a_released_volume(
    make_cluster: Make, volume: Object, after: str, event: tuple[str, str] | None
) -> None:
    cluster = make_cluster(*BINDER)
    add_volume(cluster, "disk", **volume)
    add_claim(cluster, "data")
    cluster.run()
    cluster.delete(CLAIMS, "data")
    cluster.run()
    assert not cluster.exists(CLAIMS, "data")
    assert volume_phase(cluster, "disk") == after
    assert [(reason, message) for kind, reason, message in cluster.events() if kind == "Warning"] == ([event] if event else [])


def test_a_released_volume_is_free_when_its_reference_goes(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_volume(cluster, "disk")
    add_claim(cluster, "data")
    cluster.run()
    cluster.delete(CLAIMS, "data")
    add_claim(cluster, "next")
    cluster.run()
    assert phase(cluster, "next") == "Pending"
    cluster.patch(VOLUMES, "disk", {"spec": {"claimRef": None}})
    cluster.run()
    assert volume_of(cluster, "next") == "disk"


def test_folders_below_tmp_are_deleted_with_their_volume(make_cluster: Make, tmp_path: Path) -> None:
    cluster = make_cluster(*BINDER)
    cluster.manager.settings["volumes"] = tmp_path / "volumes"
    folder = tmp_path / "volumes" / "tmp" / "x"
    folder.mkdir(parents=True)
    add_volume(cluster, "disk", hostPath={"path": "/tmp/x"}, persistentVolumeReclaimPolicy="Delete")
    add_claim(cluster, "data")
    cluster.run()
    cluster.delete(CLAIMS, "data")
    cluster.run()
    assert not cluster.exists(VOLUMES, "disk")
    assert not folder.exists()


def test_a_claim_whose_volume_goes_is_lost(make_cluster: Make) -> None:
    cluster = make_cluster("persistentvolume")
    add_volume(cluster, "disk")
    add_claim(cluster, "data")
    cluster.run()
    cluster.delete(VOLUMES, "disk")
    cluster.patch(VOLUMES, "disk", {"metadata": {"finalizers": None}})
    cluster.run()
    assert phase(cluster, "data") == "Lost"
    why = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    assert cluster.events()[-1] == ("Warning", "ClaimLost", why)


def test_claims_and_volumes_in_use_stay(make_cluster: Make) -> None:
    cluster = make_cluster(*BINDER)
    add_volume(cluster, "disk")
    add_claim(cluster, "data")
    cluster.add_pod("user", nodeName="one", volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}])
    cluster.run()
    cluster.delete(VOLUMES, "disk")
    cluster.delete(CLAIMS, "data")
    cluster.run()
    assert cluster.exists(VOLUMES, "disk")
    assert cluster.exists(CLAIMS, "data")
    cluster.client.delete(PODS, "user", "default", {"gracePeriodSeconds": 0})
    cluster.run()
    assert not cluster.exists(CLAIMS, "data")
    assert not cluster.exists(VOLUMES, "disk")
