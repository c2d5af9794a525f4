"""minikube's storage provisioner: makes a volume for each claim of a class that asks for it, lets it grow, and deletes it again.

The volumes are folders of the node below /tmp/hostpath-provisioner. Upstream: kubernetes/minikube, pkg/storage.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.events import make_reference
from minikube_py.client.object_writes import create_missing
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES
from minikube_py.client.volume_binding import PROVISIONED_BY, STORAGE_PROVISIONERS, annotations_of
from minikube_py.component_base.volume_folder import LeadsOut, remove

Object = dict[str, Any]
PROVISIONER = "k8s.io/minikube-hostpath"
IDENTITY = "hostPathProvisionerIdentity"
FOLDER = "/tmp/hostpath-provisioner"  # noqa: S108 - a folder of the node


class HostPathProvisioner:
    """Reconciles one claim, or one volume: a key without a namespace."""

    def __init__(self, context: Context) -> None:
        self._client, self._settings = context.client, context.settings
        self._claims, self._volumes = context.lister(PERSISTENT_VOLUME_CLAIMS), context.lister(PERSISTENT_VOLUMES)
        self._classes = context.lister(STORAGE_CLASSES)
        self._identity = str(uuid.UUID(int=context.rng.getrandbits(128), version=4))
        self._recorder = context.recorder(f"{PROVISIONER}_minikube_{self._identity}")
        self._resizer = context.recorder(f"external-resizer {PROVISIONER}")

    def reconcile(self, key: Key) -> Result:
        """Make a claim's volume, or delete one that is released."""
        if not key.namespace:
            self._delete(self._volumes.get("", key.name))
        elif (claim := self._claims.get(*key)) is not None:
            if self._is_asked(claim):
                self._provision(claim)
            elif (volume := self._find_outgrown(claim)) is not None:
                self._expand(claim, volume)
        return Result()

    def _is_asked(self, claim: Object) -> bool:
        if claim["spec"].get("volumeName") or claim["metadata"].get("deletionTimestamp"):
            return False
        if all(annotations_of(claim).get(name) != PROVISIONER for name in STORAGE_PROVISIONERS):
            return False
        return self._volumes.get("", _name_for(claim)) is None

    def _provision(self, claim: Object) -> None:
        storage_class = self._classes.get("", storage_class_of(claim))
        if storage_class is None:
            return
        where = f"{claim['metadata']['namespace']}/{claim['metadata']['name']}"
        message = f'External provisioner is provisioning volume for claim "{where}"'
        self._recorder.event(claim, "Normal", "Provisioning", message)
        volume = self._describe(claim, storage_class)
        if create_missing(self._client, PERSISTENT_VOLUMES, volume) is not None:
            message = f"Successfully provisioned volume {_name_for(claim)}"
            self._recorder.event(claim, "Normal", "ProvisioningSucceeded", message)

    def _describe(self, claim: Object, storage_class: Object) -> Object:
        metadata = claim["metadata"]
        annotations = {IDENTITY: self._identity, PROVISIONED_BY: PROVISIONER}
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": _name_for(claim), "annotations": annotations},
            "spec": {
                "accessModes": claim["spec"].get("accessModes") or [],
                "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
                "claimRef": make_reference(claim),
                "hostPath": {"path": f"{FOLDER}/{metadata['namespace']}/{metadata['name']}"},
                "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
                "storageClassName": storage_class["metadata"]["name"],
                "volumeMode": claim["spec"].get("volumeMode") or "Filesystem",
            },
        }

    def _find_outgrown(self, claim: Object) -> Object | None:
        """Return the volume of a bound claim that asks for more than it has, if the volume is one of ours."""
        status = claim.get("status") or {}
        if status.get("phase") != "Bound" or _size_of(claim["spec"]["resources"].get("requests")) <= _size_of(
            status.get("capacity")
        ):
            return None
        volume = self._volumes.get("", claim["spec"].get("volumeName") or "")
        ours = volume is not None and annotations_of(volume).get(PROVISIONED_BY) == PROVISIONER
        return volume if ours else None

    def _expand(self, claim: Object, volume: Object) -> None:
        """Say of a volume and its claim that they have grown: a folder has no size of its own."""
        size = claim["spec"]["resources"]["requests"]["storage"]
        name = volume["metadata"]["name"]
        self._resizer.event(claim, "Normal", "Resizing", f"External resizer is resizing volume {name}")
        if _size_of(volume["spec"].get("capacity")) < parse_quantity(size):
            spec = {**volume["spec"], "capacity": {**volume["spec"]["capacity"], "storage": size}}
            self._client.update(PERSISTENT_VOLUMES, {**volume, "spec": spec})
        status = {**claim["status"], "allocatedResources": {"storage": size}}
        status["capacity"] = {**(status.get("capacity") or {}), "storage": size}
        self._client.update(PERSISTENT_VOLUME_CLAIMS, {**claim, "status": status}, subresource="status")
        self._resizer.event(claim, "Normal", "VolumeResizeSuccessful", "Resize volume succeeded")

    def _delete(self, volume: Object | None) -> None:
        """Delete a volume of ours whose claim is gone, where its policy says so."""
        if volume is None or annotations_of(volume).get(PROVISIONED_BY) != PROVISIONER:
            return
        spec, phase = volume["spec"], (volume.get("status") or {}).get("phase")
        released = phase == "Released" and spec.get("persistentVolumeReclaimPolicy") == "Delete"
        if not released or volume["metadata"].get("deletionTimestamp"):
            return
        if base := self._settings.get("volumes"):
            try:
                remove(base, (spec.get("hostPath") or {}).get("path") or FOLDER)
            except (LeadsOut, OSError) as error:
                self._recorder.event(volume, "Warning", "VolumeFailedDelete", str(error))
                return
        self._client.delete(PERSISTENT_VOLUMES, volume["metadata"]["name"])


def _size_of(amounts: Object | None) -> Quantity:
    return parse_quantity((amounts or {}).get("storage") or "0")


def _name_for(claim: Object) -> str:
    return f"pvc-{claim['metadata']['uid']}"


def _volume_changed(volume: Object, context: Context) -> Iterable[Key]:
    yield Key("", volume["metadata"]["name"])


CONTROLLER = Controller(
    "minikube-hostpath-provisioner",
    (Watch(PERSISTENT_VOLUME_CLAIMS), Watch(PERSISTENT_VOLUMES, _volume_changed)),
    HostPathProvisioner,
)
