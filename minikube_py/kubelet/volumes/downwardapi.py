"""downwardAPI volumes: fields of the pod as files."""

from __future__ import annotations

from pathlib import Path

from minikube_py.kubelet.fieldpath import extract_field
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.quantities import get_container_resource
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, show
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Write the pod's fields. Raises MountError."""
    return show(directory, collect(source, source.get("defaultMode", 0o644), sources), sources)


def collect(source: Object, default_mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    """Return the files of a downwardAPI source. Raises MountError."""
    return {
        item["path"]: FileProjection(_read(item, sources).encode(), item.get("mode", default_mode))
        for item in source.get("items") or ()
    }


def _read(item: Object, sources: VolumeSources) -> str:
    if "fieldRef" in item:
        try:
            return extract_field(sources.pod, item["fieldRef"]["fieldPath"])
        except ValueError as error:
            raise MountError(str(error)) from error
    ref, spec = item["resourceFieldRef"], sources.pod["spec"]
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        if container["name"] == ref.get("containerName"):
            return str(get_container_resource(container, ref["resource"], str(ref.get("divisor", "")), sources.allocatable))
    raise MountError(f"container {ref.get('containerName')} not found")
