"""Clients of exec, attach and port-forward over TLS: WebSocket channels, SPDY, and SPDY inside a WebSocket."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from io import BytesIO
from typing import Any

from minikube_py.apimachinery.httpstream.spdy import Data, Ended, Event, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import WebSocket
from tests.apiserver.serving.conftest import PATIENCE, Api

POD = "/api/v1/namespaces/default/pods/web"
Answer = tuple[int, dict[str, str], bytes]
ALL = "stdin=true&stdout=true&stderr=true"


class Upgraded:
    """A connection that was upgraded, or the answer that it was not."""

    def __init__(self, api: Api, method: str, path: str, headers: dict[str, str]) -> None:
        raw = socket.create_connection(("127.0.0.1", api.port), PATIENCE)
        self.socket = api.make_context().wrap_socket(raw, server_hostname="127.0.0.1")
        lines = [f"{method} {path} HTTP/1.1", "Host: here", "Connection: Upgrade", *(f"{k}: {v}" for k, v in headers.items())]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(65536)
        head, _, self.rest = head.partition(b"\r\n\r\n")
        first, _, fields = head.partition(b"\r\n")
        self.status = int(first.split()[1])
        self.headers = dict(http.client.parse_headers(BytesIO(fields + b"\r\n\r\n")).items())

    def read_status(self) -> dict[str, Any]:
        """Return the Status of a refusal."""
        size = int(self.headers["Content-Length"])
        while len(self.rest) < size:
            self.rest += self.socket.recv(65536)
        status: dict[str, Any] = json.loads(self.rest)
        return status

    def receive(self) -> bytes:
        """Return what came next, b"" at the end."""
        rest, self.rest = self.rest, b""
        return rest or self.socket.recv(65536)

    def close(self) -> None:
        """Hang up without a word."""
        self.socket.close()


def upgrade(api: Api, path: str, protocols: str, *, spdy: bool = False) -> Upgraded:
    """Ask for a WebSocket, or for SPDY, with these protocols offered."""
    if spdy:
        offered = {"X-Stream-Protocol-Version": protocols} if protocols else {}
        return Upgraded(api, "POST", path, {"Upgrade": "SPDY/3.1", "Content-Length": "0", **offered})
    offered = {"Sec-WebSocket-Protocol": protocols} if protocols else {}
    key = base64.b64encode(b"0123456789abcdef").decode()
    return Upgraded(
        api, "GET", path, {"Upgrade": "websocket", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", **offered}
    )


class Channels:
    """A WebSocket whose messages begin with their channel's number; with base64 in the protocol's name they are text."""

    def __init__(self, connection: Upgraded, protocol: str = "v5.channel.k8s.io") -> None:
        assert connection.status == 101, connection.read_status()
        assert connection.headers.get("Sec-WebSocket-Protocol", "") == protocol
        self.connection, self._text = connection, "base64" in protocol
        self._socket = WebSocket(client=True)
        self._got: dict[int, bytes] = {}
        self._message = b""

    def send(self, channel: int, data: bytes) -> None:
        if self._text:
            self._socket.send_text(f"{channel}{base64.b64encode(data).decode()}")
        else:
            self._socket.send(bytes((channel,)) + data)
        self.connection.socket.sendall(self._socket.take_output())

    def _receive(self) -> bool:
        """Sort in what came; return whether the server goes on."""
        for part in self._socket.feed(self.connection.receive()):
            self._message += part.data
            if part.last:
                channel = int(self._message[:1]) if self._text else self._message[0]
                data = base64.b64decode(self._message[1:]) if self._text else self._message[1:]
                self._got[channel] = self._got.get(channel, b"") + data
                self._message = b""
        return not self._socket.closed

    def read(self, channel: int, size: int) -> bytes:
        """Return the next bytes of a channel, waiting until there are so many."""
        while len(self._got.get(channel, b"")) < size:
            assert self._receive(), self._got
        data = self._got[channel]
        self._got[channel] = data[size:]
        return data[:size]

    def read_all(self) -> dict[int, bytes]:
        """Return what each channel says until the server closes."""
        while self._receive():
            pass
        return {channel: data for channel, data in self._got.items() if data}

    def close(self) -> None:
        self._socket.close()
        self.connection.socket.sendall(self._socket.take_output())
        self.connection.close()


class Spdy:
    """SPDY on a connection; with `tunnelled` inside the messages of a WebSocket. Streams go by names that the test gives."""

    def __init__(self, connection: Upgraded, *, tunnelled: bool = False) -> None:
        assert connection.status == 101, connection.read_status()
        self.connection, self._spdy = connection, SpdyConnection(client=True)
        self._socket = WebSocket(client=True) if tunnelled else None
        self._numbers: dict[str, int] = {}
        self._got: dict[int, bytes] = {}
        self._ended: set[int] = set()

    def open(self, name: str, **headers: str) -> None:
        self._numbers[name] = self._spdy.open_stream(headers)
        self._send()

    def send(self, name: str, data: bytes) -> None:
        self._spdy.send(self._numbers[name], data)
        self._send()

    def end(self, name: str) -> None:
        self._spdy.end(self._numbers[name])
        self._send()

    def reset(self, name: str) -> None:
        self._spdy.reset(self._numbers[name])
        self._send()

    def _send(self) -> None:
        data = self._spdy.take_output()
        if self._socket is not None:
            self._socket.send(data)
            data = self._socket.take_output()
        self.connection.socket.sendall(data)

    def _receive(self) -> None:
        data = self.connection.receive()
        assert data, "the server hung up"
        if self._socket is not None:
            data = b"".join(part.data for part in self._socket.feed(data))
        events: list[Event] = self._spdy.feed(data)
        for event in events:
            if isinstance(event, Data):
                self._got[event.stream] = self._got.get(event.stream, b"") + event.data
            elif isinstance(event, Ended):
                self._ended.add(event.stream)

    def read(self, name: str, size: int) -> bytes:
        """Return the next bytes of a stream, waiting until there are so many."""
        number = self._numbers[name]
        while len(self._got.get(number, b"")) < size:
            self._receive()
        data = self._got[number]
        self._got[number] = data[size:]
        return data[:size]

    def read_all(self, name: str) -> bytes:
        """Return what a stream says until its end."""
        while self._numbers[name] not in self._ended:
            self._receive()
        return self._got.pop(self._numbers[name], b"")
