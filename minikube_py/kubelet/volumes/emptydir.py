"""emptyDir volumes: a folder that lives as long as its pod."""

from __future__ import annotations

from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.spec import VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Make the folder, writable by all; with an fsGroup what is made in it belongs to the folder's group."""
    directory.mkdir(parents=True, exist_ok=True)
    mode = 0o777 if sources.fs_group is None else 0o2777
    if directory.stat().st_mode & 0o7777 != mode:
        directory.chmod(mode)
    return directory
