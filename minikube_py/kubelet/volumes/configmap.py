"""configMap volumes: a file for each key of a config map."""

from __future__ import annotations

import base64
from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.atomic_writer import FileProjection, show
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Write the config map's files. Raises MountError."""
    files = collect(source, source.get("defaultMode", 0o644), sources)
    return show(directory, files, sources)


def collect(source: Object, default_mode: int, sources: VolumeSources) -> dict[str, FileProjection]:
    """Return the files that a configMap source, of its own or in a projected volume, stands for. Raises MountError."""
    name = source.get("name", "")
    found = sources.get_config_map(sources.namespace, name)
    if found is None:
        if source.get("optional"):
            return {}
        raise MountError(f'configmap "{name}" not found')
    contents = {key: value.encode() for key, value in (found.get("data") or {}).items()}
    contents |= {key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}
    return project_items(contents, source, default_mode, "config")


def project_items(contents: dict[str, bytes], source: Object, default_mode: int, kind: str) -> dict[str, FileProjection]:
    """Return the files of `contents` that `source.items` chooses, or all. `kind` is config or secret, for the error."""
    if not source.get("items"):
        return {key: FileProjection(value, default_mode) for key, value in contents.items()}
    files: dict[str, FileProjection] = {}
    for item in source["items"]:
        if item["key"] in contents:
            files[item["path"]] = FileProjection(contents[item["key"]], item.get("mode", default_mode))
        elif not source.get("optional"):
            raise MountError(f"references non-existent {kind} key: {item['key']}")
    return files
