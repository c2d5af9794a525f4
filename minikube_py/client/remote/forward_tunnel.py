"""A connection to a port of a pod on a server elsewhere: SPDY streams, in a WebSocket where the server can, as a plain socket here."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import suppress
from typing import Protocol

from minikube_py.apimachinery.httpstream.port_forward import TUNNEL_PROTOCOL
from minikube_py.apimachinery.httpstream.spdy import Data, Ended, Event, Farewell, Reset, SpdyConnection, SpdyError
from minikube_py.apimachinery.httpstream.websocket import WebSocket
from minikube_py.client.remote.upgrades import Upgraded

CHUNK = 32 << 10
MAX_PENDING = 1 << 20  # bytes that wait for the server before no more is read here


class _Bytes(Protocol):
    """What carries SPDY's bytes."""

    def unwrap(self, data: bytes) -> bytes: ...

    def wrap(self, data: bytes) -> bytes: ...


class _Plain:
    def unwrap(self, data: bytes) -> bytes:
        return data

    def wrap(self, data: bytes) -> bytes:
        return data


class _InWebSocket:
    def __init__(self) -> None:
        self._socket = WebSocket(client=True)

    def unwrap(self, data: bytes) -> bytes:
        return b"".join(part.data for part in self._socket.feed(data))

    def wrap(self, data: bytes) -> bytes:
        if data:
            self._socket.send(data)
        return self._socket.take_output()


class LocalEnd(socket.socket):
    """This side's end of a connection to a port of a pod. `failure` is what the server said of one that failed, once it has ended."""

    failure = ""


class Tunnel:
    """Carries one connection in a thread of its own. `local` is this side's end."""

    def __init__(self, upgraded: Upgraded, port: int) -> None:
        self._remote = upgraded.sock
        self._remote.setblocking(False)
        near, self._inner = socket.socketpair()
        self.local = LocalEnd(fileno=near.detach())
        self._carrier: _Bytes = _InWebSocket() if upgraded.protocol == TUNNEL_PROTOCOL else _Plain()
        self._spdy = SpdyConnection(client=True)
        headers = {"port": str(port), "requestid": "0"}
        self._error = self._spdy.open_stream({**headers, "streamtype": "error"})
        self._spdy.end(self._error)
        self._data = self._spdy.open_stream({**headers, "streamtype": "data"})
        self._ended: set[int] = set()
        self._queue = bytearray()
        self._local_open, self._remote_open = True, True
        threading.Thread(target=self._run, args=(upgraded.rest,), name="port-forward", daemon=True).start()

    def _run(self, rest: bytes) -> None:
        with suppress(OSError, SpdyError), self._remote, self._inner:
            self._take(rest)
            while self._remote_open:
                self._queue += self._carrier.wrap(self._spdy.take_output())
                self._write()
                reads = [self._remote, *([self._inner] if self._local_open and len(self._queue) < MAX_PENDING else [])]
                ready, _, _ = select.select(reads, [self._remote] if self._queue else [], [])
                if self._inner in ready:
                    self._read_local()
                if self._remote in ready:
                    self._read_remote()

    def _write(self) -> None:
        with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while self._queue:
                del self._queue[: self._remote.send(self._queue[:CHUNK])]

    def _read_local(self) -> None:
        data = self._inner.recv(CHUNK)
        if data:
            self._spdy.send(self._data, data)
        else:
            self._local_open = False
            self._spdy.end(self._data)

    def _read_remote(self) -> None:
        """Read all that is there: what TLS has read ahead wakes nobody."""
        with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while self._remote_open:
                data = self._remote.recv(CHUNK)
                self._remote_open = bool(data)
                self._take(data)

    def _take(self, data: bytes) -> None:
        for event in self._spdy.feed(self._carrier.unwrap(data)) if data else ():
            self._act(event)

    def _act(self, event: Event) -> None:
        """Do what the server says. The connection has ended with both of its streams: what failed may be told after the data."""
        if isinstance(event, Ended | Reset):
            self._ended.add(event.stream)
        elif isinstance(event, Data) and event.stream == self._data:
            self._inner.sendall(event.data)
        elif isinstance(event, Data):
            self.local.failure += event.data.decode(errors="replace")
        if isinstance(event, Farewell) or self._ended >= {self._data, self._error}:
            self._remote_open = False
