"""configMap volumes: a file for each key of a config map."""

from __future__ import annotations

import base64
from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, show
from minikube_py.kubelet.volumes.keys import project_keys
from minikube_py.kubelet.volumes.spec import VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Write the config map's files. Raises MountError."""
    files = collect(source, source.get("defaultMode", 0o644), sources)
    return show(directory, files, sources)


def collect(source: Object, default_mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    """Return the files that a configMap source, of its own or in a projected volume, stands for. Raises MountError."""
    found = sources.get_config_map(sources.namespace, source.get("name", ""))
    return project_keys(None if found is None else _read(found), source, default_mode, ("configmap", "config"))


def _read(found: Object) -> dict[str, bytes]:
    contents = {key: value.encode() for key, value in (found.get("data") or {}).items()}
    return contents | {key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}
