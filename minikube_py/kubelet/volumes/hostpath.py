"""hostPath volumes: a file or folder of the host. https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"""

from __future__ import annotations

from pathlib import Path

from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.volumes.spec import MountError, VolumeSources


def set_up(source: Object, directory: Path, sources: VolumeSources) -> Path:
    """Return the host's path after the check, or creation, that its `type` asks for. Raises MountError."""
    path, kind = Path(source["path"]), source.get("type", "")
    if ".." in path.parts or not path.is_absolute():
        raise MountError(f"hostPath must be an absolute path without '..': {path}")
    try:
        _create(path, kind)
    except OSError as error:
        raise MountError(f"hostPath type check failed: {path}: {error.strerror}") from error
    for name, check, text in _CHECKS:
        if kind.removesuffix("OrCreate") == name and not check(path):
            raise MountError(f"hostPath type check failed: {path} is not {text}")
    return path


_CHECKS = (
    ("Directory", Path.is_dir, "a directory"),
    ("File", Path.is_file, "a file"),
    ("Socket", Path.is_socket, "a socket"),
    ("CharDevice", Path.is_char_device, "a character device"),
    ("BlockDevice", Path.is_block_device, "a block device"),
)


def _create(path: Path, kind: str) -> None:
    if path.exists():
        return
    if kind == "FileOrCreate":
        path.touch(mode=0o644)
    elif kind in ("", "DirectoryOrCreate"):  # an engine makes the folder for type "" when it mounts it
        path.mkdir(mode=0o755, parents=True)
