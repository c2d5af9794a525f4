"""Files that change all at once: a folder whose names lead through the symbolic link `..data` to one generation of contents.

A reader that opens a file sees either the old contents or the new, for every file of the volume, as Kubernetes promises of
config maps, secrets and downward API volumes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from minikube_py.kubelet.volumes.spec import MountError, VolumeSources

DATA = "..data"


class FileProjection(NamedTuple):
    """One file: its bytes and its permissions."""

    data: bytes
    mode: int


Payload = Mapping[str, FileProjection]


def show(directory: Path, payload: Payload, sources: VolumeSources) -> Path:
    """Make a volume's folder show `payload`, and return the folder. Raises MountError as `write_atomically` does."""
    if sources.writes_files:
        write_atomically(directory, payload, sources.now, sources.group_mode)
    else:
        for path in payload:
            validate_path(path)
    return directory


def write_atomically(directory: Path, payload: Payload, now: float, added_mode: int = 0) -> bool:
    """Make `directory` hold just the files of `payload` (relative path -> file). Return whether anything changed.

    Every file has `added_mode` beside its own permissions.
    Raises MountError for a path that is absolute, empty, or leaves the folder.
    """
    files = {validate_path(path): FileProjection(data, mode | added_mode) for path, (data, mode) in payload.items()}
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    link = directory / DATA
    previous = directory / os.readlink(link) if link.is_symlink() else None
    if previous is not None and _read_generation(previous) == files:
        return False
    stamp = time.strftime("..%Y_%m_%d_%H_%M_%S.", time.gmtime(now))
    generation = Path(tempfile.mkdtemp(prefix=stamp, dir=directory))
    generation.chmod(0o755)
    _fill(generation, files)
    _switch(link, generation.name)
    _link_names(directory, {PurePosixPath(path).parts[0] for path in files})
    if previous is not None:
        shutil.rmtree(previous, ignore_errors=True)
    return True


def validate_path(path: str) -> str:
    """Return a payload's path in plain form. Raises MountError for one that could point outside its folder."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/"):
        raise MountError(f"invalid path: must be relative path: {path}")
    if ".." in parts or "\0" in path:
        raise MountError(f"invalid path: must not contain '..': {path}")
    if parts[0].startswith(".."):
        raise MountError(f"invalid path: must not start with '..': {path}")
    return "/".join(parts)


def _fill(generation: Path, files: Payload) -> None:
    for path, projection in files.items():
        target = generation / path
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(projection.data)
        target.chmod(projection.mode)


def _switch(link: Path, generation: str) -> None:
    temporary = link.with_name("..data_tmp")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(generation)
    temporary.replace(link)


def _link_names(directory: Path, names: set[str]) -> None:
    for name in names:
        visible = directory / name
        if not visible.is_symlink():
            visible.symlink_to(f"{DATA}/{name}")
    for entry in os.scandir(directory):
        if entry.is_symlink() and not entry.name.startswith("..") and entry.name not in names:
            os.unlink(entry.path)


def _read_generation(generation: Path) -> dict[str, FileProjection]:
    found: dict[str, FileProjection] = {}
    for root, _, names in os.walk(generation):
        for name in names:
            path = Path(root, name)
            try:
                data, mode = path.read_bytes(), path.stat().st_mode & 0o7777
            except PermissionError:  # a file its owner may not read: written anew
                continue
            found[path.relative_to(generation).as_posix()] = FileProjection(data, mode)
    return found
