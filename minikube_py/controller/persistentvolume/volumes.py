"""What becomes of a volume: it waits for a claim, has one, and is kept, emptied or deleted when that goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minikube_py.client.reconcile import Context, Key, Result
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES
from minikube_py.client.volume_binding import BOUND_BY_CONTROLLER, PROVISIONED_BY, annotations_of, differs_in_mode
from minikube_py.component_base.volume_folder import LeadsOut, remove
from minikube_py.controller.persistentvolume.writes import Writes

Object = dict[str, Any]
DELETABLE = "/tmp/"  # noqa: S108 - the only folders of a node that the controller deletes, as upstream
_NO_DELETER = 'error getting deleter volume plugin for volume "{}": no deletable volume plugin matched'
_BAD_MODE = 'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{}" due to incompatible volumeMode.'


class VolumeSync:
    """Reconciles one volume. `settings["volumes"]` is the folder in which volumes of nodes lie, where there are real ones."""

    def __init__(self, context: Context, writes: Writes) -> None:
        self._writes, self._settings = writes, context.settings
        self._claims, self._volumes = context.lister(PERSISTENT_VOLUME_CLAIMS), context.lister(PERSISTENT_VOLUMES)

    def sync(self, key: Key) -> Result:
        """Bring a volume's phase in line with its claim."""
        volume = self._volumes.get("", key.name)
        if volume is None:
            return Result()
        reference = volume["spec"].get("claimRef")
        if reference is None or not reference.get("uid"):
            self._writes.set_volume_phase(volume, "Available")
            return Result()
        claim = self._claims.get(reference.get("namespace") or "", reference.get("name") or "")
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            self._release(volume)
        else:
            self._follow(volume, claim)
        return Result()

    def _follow(self, volume: Object, claim: Object) -> None:
        name = claim["spec"].get("volumeName")
        if name == volume["metadata"]["name"]:
            self._writes.set_volume_phase(volume, "Bound")
        elif not name:
            if differs_in_mode(volume, claim):
                self._writes.tell(volume, "Warning", "VolumeMismatch", _BAD_MODE.format(claim["metadata"]["name"]))
                why = f'Cannot bind PersistentVolume "{volume["metadata"]["name"]}" to requested PersistentVolumeClaim'
                text = f'{why} "{claim["metadata"]["name"]}" due to incompatible volumeMode.'
                self._writes.tell(claim, "Warning", "VolumeMismatch", text)
        elif PROVISIONED_BY in annotations_of(volume) and _policy_of(volume) == "Delete":
            self._release(volume)
        elif BOUND_BY_CONTROLLER in annotations_of(volume) or volume["spec"]["claimRef"].get("uid"):
            self._writes.unbind(volume)

    def _release(self, volume: Object) -> None:
        """Say that the claim is gone, and do as the reclaim policy says."""
        if (volume.get("status") or {}).get("phase") == "Failed":
            return
        volume = self._writes.set_volume_phase(volume, "Released")
        if volume["metadata"].get("deletionTimestamp"):
            return
        if _policy_of(volume) == "Delete" and PROVISIONED_BY not in annotations_of(volume):
            self._delete(volume)
        elif _policy_of(volume) == "Recycle":
            self._recycle(volume)

    def _delete(self, volume: Object) -> None:
        name, path = volume["metadata"]["name"], (volume["spec"].get("hostPath") or {}).get("path")
        if path is None:
            self._writes.fail_volume(volume, "VolumeFailedDelete", _NO_DELETER.format(name))
        elif not path.startswith(DELETABLE) or path == DELETABLE:
            why = f"host_path deleter only supports /tmp/.+ but received provided {path}"
            self._writes.fail_volume(volume, "VolumeFailedDelete", why)
        elif why := self._erase(path):
            self._writes.fail_volume(volume, "VolumeFailedDelete", why)
        else:
            self._writes.delete_volume(volume)

    def _recycle(self, volume: Object) -> None:
        path = (volume["spec"].get("hostPath") or {}).get("path")
        if path is None:
            self._writes.fail_volume(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
        elif why := self._erase(path):
            self._writes.fail_volume(volume, "VolumeFailedRecycle", why)
        else:
            self._writes.tell(volume, "Normal", "VolumeRecycled", "Volume recycled")
            self._writes.unbind(volume)

    def _erase(self, path: str) -> str:
        """Delete a volume's folder, where volumes have folders; return why that fails, else ""."""
        base: Path | None = self._settings.get("volumes")
        if base is None:
            return ""
        try:
            remove(base, path)
        except (LeadsOut, OSError) as error:
            return str(error)
        return ""


def _policy_of(volume: Object) -> str:
    return str(volume["spec"].get("persistentVolumeReclaimPolicy") or "")
