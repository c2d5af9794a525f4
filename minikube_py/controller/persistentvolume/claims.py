"""What becomes of a claim: it is bound, waits for a volume or a pod, or has lost what it had."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.persistent_storage import CLASS_ANNOTATION, storage_class_of
from minikube_py.apis.default_classes import choose_newest
from minikube_py.apis.storage.storageclass import is_default
from minikube_py.client.reconcile import Context, Key, Result
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES
from minikube_py.client.volume_binding import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    SELECTED_NODE,
    STORAGE_PROVISIONERS,
    annotations_of,
    find_mismatch,
    find_volume,
    is_bound_to,
    list_claim_names,
    waits_for_consumer,
)
from minikube_py.controller.persistentvolume.writes import Writes

Object = dict[str, Any]
RESYNC_SECONDS = 15.0  # how often a claim that waits is looked at again, and says so
IN_TREE = "kubernetes.io/"
_NO_VOLUME = "no persistent volumes available for this claim and no storage class is set"
_LOST_REFERENCE = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
_LOST_VOLUME = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
_MISBOUND = "Two claims are bound to the same volume, this one is bound incorrectly"
_EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system administrator. "
    "If volume creation is delayed, please verify that the provisioner is running and correctly registered."
)


class ClaimSync:
    """Reconciles one claim."""

    def __init__(self, context: Context, writes: Writes) -> None:
        self._writes = writes
        self._claims, self._volumes = context.lister(PERSISTENT_VOLUME_CLAIMS), context.lister(PERSISTENT_VOLUMES)
        self._classes, self._pods = context.lister(STORAGE_CLASSES), context.lister(PODS)

    def sync(self, key: Key) -> Result:
        """Bring a claim nearer to a volume, or say why it has none."""
        claim = self._claims.get(*key)
        if claim is None:
            return Result()
        if BIND_COMPLETED in annotations_of(claim):
            self._sync_bound(claim)
            return Result()
        claim = self._sync_named(claim) if claim["spec"].get("volumeName") else self._sync_unbound(claim)
        return Result(None if (claim.get("status") or {}).get("phase") == "Bound" else RESYNC_SECONDS)

    def _sync_unbound(self, claim: Object) -> Object:
        delayed = waits_for_consumer(claim, self._classes)
        volume = find_volume(claim, self._volumes.list(), delayed=delayed)
        if volume is not None:
            return self._writes.bind(volume, claim)
        if (named := self._name_default_class(claim)) is not None:
            return named
        if delayed and SELECTED_NODE not in annotations_of(claim):
            self._writes.tell(claim, "Normal", *self._explain_waiting(claim))
        elif storage_class_of(claim):
            return self._provision(claim)
        else:
            self._writes.tell(claim, "Normal", "FailedBinding", _NO_VOLUME)
        return self._writes.set_claim_phase(claim, "Pending")

    def _name_default_class(self, claim: Object) -> Object | None:
        """Give a claim that came before there was a default class that class (KEP-3333)."""
        if claim["spec"].get("storageClassName") is not None or CLASS_ANNOTATION in annotations_of(claim):
            return None
        found = choose_newest(c for c in self._classes.list() if is_default(c))
        if found is None:
            return None
        return self._writes.update_claim({**claim, "spec": {**claim["spec"], "storageClassName": found["metadata"]["name"]}})

    def _explain_waiting(self, claim: Object) -> tuple[str, str]:
        name, namespace = claim["metadata"]["name"], claim["metadata"]["namespace"]
        pods = [
            pod["metadata"]["name"]
            for pod in self._pods.list(namespace)
            if not pod["spec"].get("nodeName") and any(used == name for used, _ in list_claim_names(pod))
        ]
        if not pods:
            return "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        which = f"pod {pods[0]}" if len(pods) == 1 else f"pods {','.join(pods)}"
        return "WaitForPodScheduled", f"waiting for {which} to be scheduled"

    def _provision(self, claim: Object) -> Object:
        """Ask the provisioner of the claim's class for a volume."""
        name = storage_class_of(claim)
        found = self._classes.get("", name)
        if found is None:
            self._writes.tell(claim, "Warning", "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found')
            return claim
        provisioner = found["provisioner"]
        if provisioner.startswith(IN_TREE):
            why = f"no volume plugin matched name: {provisioner}"
            self._writes.tell(claim, "Warning", "ProvisioningFailed", why)
            return claim
        asked = {**annotations_of(claim), **dict.fromkeys(STORAGE_PROVISIONERS, provisioner)}
        if asked != annotations_of(claim):
            claim = self._writes.update_claim({**claim, "metadata": {**claim["metadata"], "annotations": asked}})
        self._writes.tell(claim, "Normal", "ExternalProvisioning", _EXTERNAL.format(provisioner))
        return claim

    def _sync_named(self, claim: Object) -> Object:
        """Bind a claim to the volume that it, or the control plane before it was done, names."""
        name = claim["spec"]["volumeName"]
        volume = self._volumes.get("", name)
        if volume is not None and volume["spec"].get("claimRef") is None:
            mismatch = find_mismatch(volume, claim)
            if not mismatch:
                return self._writes.bind(volume, claim)
            why = f'Cannot bind to requested volume "{name}": {mismatch}'
            self._writes.tell(claim, "Warning", "VolumeMismatch", why)
        elif volume is not None and is_bound_to(volume, claim):
            return self._writes.bind(volume, claim)
        elif volume is not None and BOUND_BY_CONTROLLER not in annotations_of(claim):
            why = f'volume "{name}" already bound to a different claim.'
            self._writes.tell(claim, "Warning", "FailedBinding", why)
        return self._writes.set_claim_phase(claim, "Pending")

    def _sync_bound(self, claim: Object) -> None:
        name = claim["spec"].get("volumeName")
        if not name:
            self._writes.lose_claim(claim, "ClaimLost", _LOST_REFERENCE)
            return
        volume = self._volumes.get("", name)
        if volume is None:
            self._writes.lose_claim(claim, "ClaimLost", _LOST_VOLUME)
        elif (reference := volume["spec"].get("claimRef")) is None or reference.get("uid") == claim["metadata"]["uid"]:
            self._writes.bind(volume, claim)
        else:
            self._writes.lose_claim(claim, "ClaimMisbound", _MISBOUND)
