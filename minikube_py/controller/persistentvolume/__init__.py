"""persistentvolume-binder: gives claims volumes, and volumes back when claims go. Upstream: pkg/controller/volume/persistentvolume.

Keys with a namespace are claims, those without are volumes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES
from minikube_py.controller.persistentvolume.claims import ClaimSync
from minikube_py.controller.persistentvolume.volumes import VolumeSync
from minikube_py.controller.persistentvolume.writes import Writes

Object = dict[str, Any]


class PersistentVolumeBinder:
    """Reconciles one claim or one volume."""

    def __init__(self, context: Context) -> None:
        writes = Writes(context)
        self._claims, self._volumes = ClaimSync(context, writes), VolumeSync(context, writes)

    def reconcile(self, key: Key) -> Result:
        """Bind, release or reclaim."""
        return self._claims.sync(key) if key.namespace else self._volumes.sync(key)


def _claim_changed(claim: Object, context: Context) -> Iterable[Key]:
    metadata = claim["metadata"]
    yield Key(metadata["namespace"], metadata["name"])
    if name := claim["spec"].get("volumeName"):
        yield Key("", name)
    elif context.lister(PERSISTENT_VOLUME_CLAIMS).get(metadata["namespace"], metadata["name"]) is None:
        for volume in context.lister(PERSISTENT_VOLUMES).list():  # one may be set aside for it
            if (volume["spec"].get("claimRef") or {}).get("uid") == metadata["uid"]:
                yield Key("", volume["metadata"]["name"])


def _volume_changed(volume: Object, context: Context) -> Iterable[Key]:
    yield Key("", volume["metadata"]["name"])
    if (reference := volume["spec"].get("claimRef")) is not None:
        yield Key(reference.get("namespace") or "default", reference.get("name") or "")
    elif (volume.get("status") or {}).get("phase") == "Available":
        yield from _list_waiting(context, storage_class_of(volume))


def _class_changed(storage_class: Object, context: Context) -> Iterable[Key]:
    return [*_list_waiting(context, storage_class["metadata"]["name"]), *_list_waiting(context, "")]


def _list_waiting(context: Context, class_name: str) -> list[Key]:
    """Return the claims of a class that have no volume yet."""
    claims = context.lister(PERSISTENT_VOLUME_CLAIMS).list()
    waiting = [c for c in claims if not c["spec"].get("volumeName") and storage_class_of(c) == class_name]
    return [Key(c["metadata"]["namespace"], c["metadata"]["name"]) for c in waiting]


CONTROLLER = Controller(
    "persistentvolume-binder",
    (
        Watch(PERSISTENT_VOLUME_CLAIMS, _claim_changed),
        Watch(PERSISTENT_VOLUMES, _volume_changed),
        Watch(STORAGE_CLASSES, _class_changed),
    ),
    PersistentVolumeBinder,
)
