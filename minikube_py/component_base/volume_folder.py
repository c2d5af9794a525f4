"""Where the folders of persistent volumes lie: below one folder of the profile, never outside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from minikube_py.component_base.removal import remove_tree


class LeadsOut(Exception):
    """A path that would leave the folder in which all volumes lie."""


def locate(base: Path, path: str) -> Path:
    """Return the folder that stands for the absolute path `path` of a node. Links are followed. Raises LeadsOut."""
    root = base.resolve()
    folder = (root / path.lstrip("/")).resolve()
    if folder == root or not folder.is_relative_to(root):
        raise LeadsOut(f"{path} leads outside the cluster's volumes")
    return folder


def remove(base: Path, path: str) -> None:
    """Remove that folder with all that is in it, if it is there. Raises LeadsOut, OSError."""
    folder = locate(base, path)
    remove_tree(folder)
    if folder.exists():
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))
