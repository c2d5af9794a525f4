"""fsGroup: who owns a volume's files. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from minikube_py.kubelet.volumes.spec import READ_BY_GROUP

MANAGED = ("emptyDir", "configMap", "secret", "downwardAPI", "projected")
"""The types whose files are given to the group; folders of the host stay as they are, also behind a claim."""


def set_volume_ownership(directory: Path, group: int, *, read_only: bool) -> None:
    """Give everything in a volume to `group`, with the rights to use it; what is made in its folders follows.

    Without the right to give files away they stay as they are: then all of the node's processes are one user's.
    """
    if os.geteuid() != 0:
        return
    _give(str(directory), group, read_only)
    for folder, folders, files in os.walk(directory):
        for name in (*folders, *files):
            _give(os.path.join(folder, name), group, read_only)


def _give(path: str, group: int, read_only: bool) -> None:
    info = os.lstat(path)
    mode = stat.S_IMODE(info.st_mode)
    wanted = mode | (READ_BY_GROUP if read_only else 0o660) | (0o2110 if stat.S_ISDIR(info.st_mode) else 0)
    if info.st_gid != group:
        os.chown(path, -1, group, follow_symlinks=False)
        mode = -1  # a change of owner may clear bits
    if mode != wanted and not stat.S_ISLNK(info.st_mode):
        os.chmod(path, wanted)
