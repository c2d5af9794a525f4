"""fsGroup: who owns a volume's files. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from minikube_py.component_base.real_paths import open_real
from minikube_py.kubelet.volumes.spec import READ_BY_GROUP

_OPENED = "/proc/self/fd"

MANAGED = ("emptyDir", "configMap", "secret", "downwardAPI", "projected")
"""The types whose files are given to the group; folders of the host stay as they are, also behind a claim."""


def set_volume_ownership(directory: Path, group: int, *, read_only: bool) -> None:
    """Give everything in a volume to `group`, with the rights to use it; what is made in its folders follows.

    Without the right to give files away they stay as they are: then all of the node's processes are one user's.
    """
    if os.geteuid() != 0:
        return
    todo = [os.path.realpath(directory)]
    _give(todo[0], group, read_only)
    while todo:
        with os.scandir(todo.pop()) as entries:
            found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries if not entry.is_symlink()]
        for path, is_folder in found:
            _give(path, group, read_only)
            todo += [path] if is_folder else []


def _give(path: str, group: int, read_only: bool) -> None:
    """Give away what is at a path on which there is no link: containers that run may put one there at any moment."""
    place = open_real(path)
    try:
        _give_opened(f"/proc/self/fd/{place}" if os.path.isdir(_OPENED) else path, os.fstat(place), group, read_only)
    finally:
        os.close(place)


def _give_opened(path: str, info: os.stat_result, group: int, read_only: bool) -> None:
    mode = stat.S_IMODE(info.st_mode)
    wanted = mode | (READ_BY_GROUP if read_only else 0o660) | (0o2110 if stat.S_ISDIR(info.st_mode) else 0)
    if info.st_gid != group:
        os.chown(path, -1, group)
        mode = -1  # a change of owner may clear bits
    if mode != wanted:
        os.chmod(path, wanted)
