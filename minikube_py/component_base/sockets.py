"""Reading from a socket what a protocol says must be there."""

from __future__ import annotations

import socket


def receive_exactly(sock: socket.socket, count: int, gone: Exception) -> bytes:
    """Return the next `count` bytes. Raises OSError as the socket does, and `gone` where the other side ends before."""
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise gone
        data += part
    return data
