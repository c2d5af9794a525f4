"""persistentvolume-protection: a volume that is being deleted goes when no claim has it. Upstream: pkg/controller/volume/pvprotection."""

from __future__ import annotations

from typing import Any

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUMES

Object = dict[str, Any]
FINALIZER = "kubernetes.io/pv-protection"


class VolumeProtection:
    """Reconciles one volume."""

    def __init__(self, context: Context) -> None:
        self._client, self._volumes = context.client, context.lister(PERSISTENT_VOLUMES)

    def reconcile(self, key: Key) -> Result:
        """Take the finalizer away, or put it on where a volume is without."""
        volume = self._volumes.get("", key.name)
        if volume is None:
            return Result()
        finalizers = volume["metadata"].get("finalizers") or []
        if not volume["metadata"].get("deletionTimestamp"):
            if FINALIZER not in finalizers:
                self._write(volume, [*finalizers, FINALIZER])
        elif FINALIZER in finalizers and (volume.get("status") or {}).get("phase") != "Bound":
            self._write(volume, [name for name in finalizers if name != FINALIZER])
        return Result()

    def _write(self, volume: Object, finalizers: list[str]) -> None:
        self._client.update(PERSISTENT_VOLUMES, {**volume, "metadata": {**volume["metadata"], "finalizers": finalizers}})


CONTROLLER = Controller("persistentvolume-protection", (Watch(PERSISTENT_VOLUMES),), VolumeProtection)
