"""expand-controller: says of a bound claim that asks for more that somebody outside has to see to it. Upstream: pkg/controller/volume/expand.

No kind of volume that is built into Kubernetes grows by itself any more; provisioners do it.
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES

Object = dict[str, Any]
COMPONENT = "volume_expand"
_WAITING = "waiting for an external controller to expand this PVC"


class VolumeExpand:
    """Reconciles one claim."""

    def __init__(self, context: Context) -> None:
        self._claims, self._volumes = context.lister(PERSISTENT_VOLUME_CLAIMS), context.lister(PERSISTENT_VOLUMES)
        self._recorder = context.recorder(COMPONENT)
        self._told: dict[Key, tuple[str, str]] = {}  # uid and size of what was said last

    def reconcile(self, key: Key) -> Result:
        """Record an event for each size that a claim newly asks for."""
        claim = self._claims.get(*key)
        if claim is None:
            self._told.pop(key, None)
            return Result()
        wanted = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0"
        status, mark = claim.get("status") or {}, (claim["metadata"]["uid"], wanted)
        has = (status.get("capacity") or {}).get("storage")
        if status.get("phase") != "Bound" or not has or self._told.get(key) == mark:
            return Result()
        volume = self._volumes.get("", claim["spec"].get("volumeName") or "")
        bound_to = ((volume or {}).get("spec") or {}).get("claimRef") or {}
        if bound_to.get("uid") == mark[0] and parse_quantity(wanted) > parse_quantity(has):
            self._told[key] = mark
            self._recorder.event(claim, "Normal", "ExternalExpanding", _WAITING)
        return Result()


CONTROLLER = Controller("persistentvolume-expander", (Watch(PERSISTENT_VOLUME_CLAIMS),), VolumeExpand)
