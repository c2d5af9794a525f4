"""persistentVolumeClaim volumes: the folder behind the persistent volume that the claim is bound to."""

from __future__ import annotations

from pathlib import Path

from minikube_py.component_base.volume_folder import LeadsOut, locate
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes import hostpath
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Return the folder of the claim's volume. Raises MountError while the claim is not there or not bound."""
    name = source["claimName"]
    claim = sources.get_claim(sources.namespace, name)
    if claim is None:
        raise MountError(f'persistentvolumeclaim "{name}" not found')
    volume_name = claim.get("spec", {}).get("volumeName", "")
    if not volume_name or claim.get("status", {}).get("phase") != "Bound":
        raise MountError(f'persistentvolumeclaim "{name}" is not bound')
    volume = sources.get_volume("", volume_name)
    if volume is None:
        raise MountError(f'persistentvolume "{volume_name}" not found')
    return _set_up_volume(volume, directory, sources)


def set_up_ephemeral(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Return the folder of a generic ephemeral volume, whose claim is named after the pod and the volume."""
    claim = f"{sources.pod['metadata']['name']}-{directory.name}"
    return set_up({"claimName": claim}, directory, sources)


def _set_up_volume(volume: Object, directory: Path, sources: VolumeSources) -> Path:
    """Return a folder or file below the node's own folder of volumes, made where it is missing."""
    spec = volume["spec"]
    source = spec.get("hostPath") or spec.get("local")
    if source is None:
        raise MountError(f'persistentvolume "{volume["metadata"]["name"]}" has no hostPath: other kinds are not supported')
    try:
        folder = locate(sources.volumes_dir, source["path"])
    except LeadsOut as error:
        raise MountError(str(error)) from error
    if not sources.writes_files:
        return folder
    return hostpath.set_up({"type": source.get("type") or "DirectoryOrCreate", "path": str(folder)}, directory, sources)
