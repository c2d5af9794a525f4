"""Tells other processes that the state changed: a datagram to each listener, so nobody polls.

A listener binds a socket in the folder `pokes` beside the state file; who commits sends one byte to every socket in it.
A lost poke costs a listener time, never truth: it also looks by itself every few seconds.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path


class Poker:
    """Sends pokes. A listener that is gone has its socket removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._socket: socket.socket | None = None

    def poke(self) -> None:
        """Wake every listener. Never fails: an unreachable listener is its own business."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return
        for name in names:
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
            try:
                self._socket.sendto(b"!", short_path(self.folder / name))
            except (BlockingIOError, FileNotFoundError):
                continue  # it has pokes enough, or went away just now
            except ConnectionRefusedError:
                (self.folder / name).unlink(missing_ok=True)
            except OSError:
                continue


class Listener:
    """Receives pokes; its `fileno` becomes readable. Close it to remove its socket."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / name
        self.path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(short_path(self.path))
        self.path.chmod(0o600)

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

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()
        self.path.unlink(missing_ok=True)


def short_path(path: Path) -> str:
    """Return a name for `path` that fits a socket address (about 100 bytes); long ones go through an open folder on Linux."""
    text = str(path)
    if len(os.fsencode(text)) < 100:
        return text
    if path.parent not in _folders:
        _folders[path.parent] = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    return f"/proc/self/fd/{_folders[path.parent]}/{path.name}"


_folders: dict[Path, int] = {}  # kept open: an address through /proc is good only while its folder is open
