"""Wakes a thread that waits in `select`: from any other thread, or from a signal handler."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Waker:
    """Its `fileno` becomes readable at `wake`, until `drain`. Once closed it wakes nobody, and who wakes need not know."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._lock = threading.RLock()  # a signal may come while its own thread is in here
        self._closed = False

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._reader.fileno()

    def wake(self) -> None:
        """Let who waits go on."""
        with self._lock, suppress(BlockingIOError):  # what is full is awake enough
            if not self._closed:
                self._writer.send(b"!")

    def drain(self) -> None:
        """Wait for the next `wake` from now on."""
        with suppress(BlockingIOError):
            while self._reader.recv(4096):
                pass

    def close(self) -> None:
        """Let go of its descriptors."""
        with self._lock:
            self._closed = True
            self._reader.close()
            self._writer.close()
