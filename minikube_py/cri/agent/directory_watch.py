"""Notices that the agent's folder was deleted: by inotify(7) on Linux, elsewhere by looking every few seconds."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable

from minikube_py.cri.agent.loop import READ, Loop

_IN_DELETE = 0x200
_IN_DELETE_SELF = 0x400
_IN_MOVE_SELF = 0x800
_LOOK_SECONDS = 5.0


def watch_directory(loop: Loop, directory: str, name: str, on_gone: Callable[[], None]) -> None:
    """Call `on_gone` once `name` is no longer in `directory`, which has to exist now."""
    path = os.path.join(directory, name)
    fd = _open_inotify(directory)
    if fd < 0:
        _look(loop, path, on_gone)
        return

    def read(_: int) -> None:
        os.read(fd, 65536)
        if not os.path.lexists(path):
            loop.unwatch(fd)
            on_gone()

    loop.watch(fd, READ, read)


def _open_inotify(directory: str) -> int:
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "inotify_init1"):
        return -1
    fd = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
    if fd >= 0 and libc.inotify_add_watch(fd, os.fsencode(directory), _IN_DELETE | _IN_DELETE_SELF | _IN_MOVE_SELF) < 0:
        os.close(fd)
        return -1
    return fd


def _look(loop: Loop, path: str, on_gone: Callable[[], None]) -> None:
    if os.path.lexists(path):
        loop.call_later(_LOOK_SECONDS, lambda: _look(loop, path, on_gone))
    else:
        on_gone()
