"""Tells other processes that the state changed: a datagram to each listener, so nobody polls.

A listener binds a socket in the folder `pokes` beside the state file; who commits sends one byte to every socket in it.
A lost poke costs a listener time, never truth: it also looks by itself every few seconds.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from os import PathLike


class Poker:
    """Sends pokes. A listener that is gone has its socket removed."""

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = os.fspath(folder)
        self._socket: socket.socket | None = None

    def poke(self) -> None:
        """Wake every listener. Never fails: an unreachable listener is its own business."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return
        for name in names:
            path = os.path.join(self.folder, name)
            if self._socket is None:
                self._socket = _make_socket()
            try:
                self._socket.sendto(b"!", short_path(path))
            except (BlockingIOError, FileNotFoundError):
                continue  # it has pokes enough, or went away just now
            except ConnectionRefusedError:
                _remove(path)
            except OSError:
                continue

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Listener:
    """Receives pokes; its `fileno` becomes readable. Close it to remove its socket."""

    def __init__(self, folder: str | PathLike[str], name: str) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.path = os.path.join(folder, name)
        _remove(self.path)
        self.socket = _make_socket()
        self.socket.bind(short_path(self.path))
        os.chmod(self.path, 0o600)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self.socket.fileno()

    def drain(self) -> bool:
        """Take all waiting pokes; return whether there were any."""
        got = False
        while True:
            try:
                self.socket.recv(64)
            except BlockingIOError:
                return got
            got = True

    def is_gone(self) -> bool:
        """Return whether the folder was deleted, so that no poke will ever come."""
        return not os.path.exists(self.path)

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()
        _remove(self.path)


def _make_socket() -> socket.socket:
    import socket  # 2 ms, which a command that only reads does not spend

    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def short_path(path: str) -> str:
    """Return a name for `path` that fits a socket address (about 100 bytes); long ones go through an open folder on Linux."""
    if len(os.fsencode(path)) < 100:
        return path
    folder, name = os.path.split(path)
    if folder not in _folders:
        _folders[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    return f"/proc/self/fd/{_folders[folder]}/{name}"


_folders: dict[str, int] = {}  # kept open: an address through /proc is good only while its folder is open
