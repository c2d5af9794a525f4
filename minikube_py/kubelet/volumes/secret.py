"""secret volumes: a file for each key of a secret."""

from __future__ import annotations

import base64
from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, show
from minikube_py.kubelet.volumes.configmap import project_items
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Write the secret's files. Raises MountError."""
    named = {**source, "name": source.get("secretName", "")}
    files = collect(named, source.get("defaultMode", 0o644), sources)
    return show(directory, files, sources)


def collect(source: Object, default_mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    """Return the files that a secret source (with `name`) stands for. Raises MountError."""
    name = source.get("name", "")
    found = sources.get_secret(sources.namespace, name)
    if found is None:
        if source.get("optional"):
            return {}
        raise MountError(f'secret "{name}" not found')
    contents = {key: base64.b64decode(value) for key, value in (found.get("data") or {}).items()}
    return project_items(contents, source, default_mode, "secret")
