"""TLS inside TLS, as to a server behind a proxy that is itself reached over https: Python's ssl wants a socket of the system below it."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import suppress

CHUNK = 64 << 10


def relay(outer: ssl.SSLSocket) -> socket.socket:
    """Return a socket whose bytes a thread carries to and from `outer`, which it closes with it."""
    near, far = socket.socketpair()
    outer.setblocking(False)
    threading.Thread(target=_carry, args=(outer, far), name="tls-relay", daemon=True).start()
    return near


def _carry(outer: ssl.SSLSocket, far: socket.socket) -> None:
    with outer, far, suppress(OSError):
        while True:
            ready = [far] if outer.pending() else select.select([outer, far], [], [])[0]
            if outer in ready or outer.pending():
                with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    data = outer.recv(CHUNK)
                    if not data:
                        return
                    far.sendall(data)
            if far in ready and select.select([far], [], [], 0)[0]:
                data = far.recv(CHUNK)
                if not data:
                    return
                _send(outer, data)


def _send(outer: ssl.SSLSocket, data: bytes) -> None:
    """Send all of it: a socket that does not wait says when it can take no more."""
    while data:
        try:
            data = data[outer.send(data) :]
        except ssl.SSLWantWriteError:
            select.select([], [outer], [])
        except ssl.SSLWantReadError:
            select.select([outer], [], [])
