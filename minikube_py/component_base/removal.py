"""Deleting folders with whatever programs have put into them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from itertools import count


def remove_tree(root: str | os.PathLike[str]) -> None:
    """Delete a folder of ours with everything in it, as far as we may; one that is not there is no error.

    Links are not followed, and folders that lost their permissions get them back. It may be any number of folders deep: each is
    moved up to the top before its turn, so no path is ever too long.
    """
    with contextlib.suppress(OSError):
        if os.path.islink(root):
            return
        top = _open_folder(root)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(root)


def _open_folder(path: str | os.PathLike[str], parent: int | None = None) -> int:
    with contextlib.suppress(OSError):  # it may do as it is
        os.chmod(path, 0o700, dir_fd=parent)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


def _empty(top: int) -> None:
    folders = _delete_files(top)
    names = map(".{}".format, count(_find_free_number(folders)))
    while folders:
        name = folders.pop()
        with contextlib.suppress(OSError):  # one that is not ours stays
            folder = _open_folder(name, top)
            try:
                folders += _move_up(folder, top, names)
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _find_free_number(names: list[str]) -> int:
    """Return a number from which on no name is `.NUMBER`."""
    return 1 + max((int(name[1:]) for name in names if name[:1] == "." and name[1:].isdecimal() and len(name) < 20), default=0)


def _move_up(folder: int, top: int, names: Iterator[str]) -> list[str]:
    """Delete the files in a folder and move the folders in it to the top; return their names there."""
    moved = []
    for name in _delete_files(folder):
        with contextlib.suppress(OSError):
            os.chmod(name, 0o700, dir_fd=folder)  # without the right to write into it, it cannot be moved
            new = next(names)
            os.rename(name, new, src_dir_fd=folder, dst_dir_fd=top)
            moved.append(new)
    return moved


def _delete_files(folder: int) -> list[str]:
    """Delete what is no folder; return the names of the folders."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]
