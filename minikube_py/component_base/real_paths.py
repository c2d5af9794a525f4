"""Paths in which no part is a link, for folders in which somebody else may put links while they are looked at."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import PurePath

_LOOK = getattr(os, "O_PATH", os.O_RDONLY) | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def open_real(path: str, root: str = "/") -> int:
    """Return a descriptor of the file or folder at an absolute path below `root`. Raises OSError, also for a link on the way."""
    return _walk(os.open(root, _LOOK | os.O_DIRECTORY), PurePath(path).parts[1:], path)


def make_real_folders(base: str, names: Iterable[str], mode: int) -> None:
    """Make the folders `names`, each in the one before it, below the folder `base`; new ones have that mode. Raises OSError."""
    place = open_real(base)
    for name in names:
        place = _make_folder(place, name, mode)
    os.close(place)


def _walk(place: int, names: Iterable[str], path: str) -> int:
    for name in names:
        try:
            there = os.open(name, _LOOK, dir_fd=place)
        finally:
            os.close(place)
        place = there
        if stat.S_ISLNK(os.fstat(place).st_mode):
            os.close(place)
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return place


def _make_folder(place: int, name: str, mode: int) -> int:
    """Return the folder, which is another descriptor; the one given is closed."""
    try:
        try:
            os.mkdir(name, dir_fd=place)
        except FileExistsError:
            return os.open(name, _FOLDER, dir_fd=place)
        made = os.open(name, _FOLDER, dir_fd=place)
        os.fchmod(made, mode)
        return made
    finally:
        os.close(place)
