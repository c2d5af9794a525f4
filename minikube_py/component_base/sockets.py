"""Sockets: waiting for one to be readable, and reading from it what a protocol says must be there."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterable
from typing import Protocol


class HasDescriptor(Protocol):
    """A socket, or what has one."""

    def fileno(self) -> int: ...


def wait_readable(ends: Iterable[HasDescriptor], seconds: float) -> bool:
    """Return whether there is something to read at one of the ends, within that time; unlike select(2) for any number of open files."""
    poll = select.poll()
    for end in ends:
        poll.register(end.fileno(), select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def receive_exactly(sock: socket.socket, count: int, gone: Exception) -> bytes:
    """Return the next `count` bytes. Raises OSError as the socket does, and `gone` where the other side ends before."""
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise gone
        data += part
    return data
