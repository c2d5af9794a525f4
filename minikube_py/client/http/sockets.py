"""Sockets to serve on, and what a server wants of those that it serves."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress

BACKLOG = 128
KEEPALIVE_SECONDS = 15.0  # between two questions whether somebody is still there


def listen(address: str, port: int) -> socket.socket:
    """Return a socket that listens at an IP address or name. Raises OSError."""
    found = socket.getaddrinfo(address or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, where = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def listen_unix(path: str) -> socket.socket:
    """Return a Unix socket that listens at a path, for its owner only; a socket that is there goes. Raises OSError."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o077)
    try:
        listener.bind(path)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(mask)
    return listener


def keep_alive(connection: socket.socket, seconds: float = KEEPALIVE_SECONDS) -> None:
    """Let TCP find out when a peer is gone without a word; 0 is never."""
    if connection.family == socket.AF_UNIX or not seconds:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in ("TCP_KEEPIDLE", "TCP_KEEPINTVL"):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), max(1, int(seconds)))
