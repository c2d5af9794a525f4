"""The server's side of port-forward: connections to a pod's ports, over SPDY, SPDY inside a WebSocket, and WebSocket channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from minikube_py.apimachinery.httpstream.spdy import Data, Ended, Farewell, Opened, Reset, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import WebSocket

SPDY_PROTOCOL = "portforward.k8s.io"
TUNNEL_PROTOCOL = "SPDY/3.1+portforward.k8s.io"
CHANNEL_PROTOCOLS = ("v4.channel.k8s.io", "")
MAX_PORTS = 127  # a message's first byte is its channel, and a port has two


class Connect(NamedTuple):
    """A connection to a port is wanted. `connection` names it from now on."""

    connection: str
    port: int


class Sent(NamedTuple):
    """Bytes for the pod; empty when no more come."""

    connection: str
    data: bytes


class GivenUp(NamedTuple):
    """The client lost interest in a connection."""

    connection: str


class HangUp(NamedTuple):
    """The client is gone."""


Event = Connect | Sent | GivenUp | HangUp


class PortForward(Protocol):
    """One session. `begin` it, `feed` it what comes, and send what `take_output` gives. It is `over` when nothing more can come of it."""

    over: bool

    def begin(self) -> list[Connect]: ...

    def feed(self, data: bytes) -> list[Event]: ...

    def take_output(self) -> bytes: ...

    def write(self, connection: str, data: bytes) -> None: ...

    def end(self, connection: str, error: str = "") -> None: ...


class SpdyPortForward:
    """Each connection is a pair of streams, `data` and `error`, of one request id."""

    def __init__(self) -> None:
        self._spdy = SpdyConnection()
        self._pairs: dict[str, dict[str, int]] = {}
        self._connections: dict[int, str] = {}  # of each data stream
        self.over = False

    def begin(self) -> list[Connect]:
        """Return what is wanted from the start: nothing, connections are asked for."""
        return []

    def feed(self, data: bytes) -> list[Event]:
        """Return what came. Raises SpdyError."""
        events: list[Event] = [] if data else [HangUp()]
        for event in self._spdy.feed(data):
            if isinstance(event, Opened):
                events += self._pair_up(event)
            elif isinstance(event, Farewell):
                events.append(HangUp())
            elif event.stream in self._connections:
                events += self._take(event, self._connections[event.stream])
        return events

    def _pair_up(self, opened: Opened) -> list[Event]:
        headers = opened.headers
        kind, port = headers.get("streamtype", ""), headers.get("port", "")
        if kind not in ("data", "error") or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            self._spdy.reset(opened.stream)
            return []
        connection = headers.get("requestid") or str(opened.stream - (2 if kind == "data" else 0))  # old clients name none
        pair = self._pairs.setdefault(connection, {})
        if kind in pair:
            self._spdy.reset(opened.stream)
            return []
        pair[kind] = opened.stream
        if len(pair) < 2:
            return []
        self._connections[pair["data"]] = connection
        return [Connect(connection, int(port))]

    def _take(self, event: Data | Ended | Reset, connection: str) -> list[Event]:
        if isinstance(event, Reset):
            self._forget(connection)
            return [GivenUp(connection)]
        return [Sent(connection, event.data if isinstance(event, Data) else b"")]

    def _forget(self, connection: str) -> dict[str, int]:
        pair = self._pairs.pop(connection, {})
        self._connections.pop(pair.get("data", 0), None)
        return pair

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._spdy.take_output()

    def write(self, connection: str, data: bytes) -> None:
        """Send what the pod said."""
        pair = self._pairs.get(connection)
        if pair:
            self._spdy.send(pair["data"], data)

    def end(self, connection: str, error: str = "") -> None:
        """End a connection, with the reason where it failed."""
        pair = self._forget(connection)
        if not pair:
            return
        self._spdy.send(pair["error"], error.encode())
        for stream in (pair["error"], pair["data"]):
            self._spdy.end(stream)


class TunnelledPortForward:
    """SPDY whose bytes travel in binary WebSocket messages."""

    def __init__(self) -> None:
        self._socket, self._inner = WebSocket(), SpdyPortForward()
        self.over = False

    def begin(self) -> list[Connect]:
        """Return what is wanted from the start: nothing, connections are asked for."""
        return []

    def feed(self, data: bytes) -> list[Event]:
        """Return what came. Raises SpdyError."""
        pieces = b"".join(part.data for part in self._socket.feed(data))
        events = self._inner.feed(pieces) if pieces else []
        return [*events, HangUp()] if self._socket.closed else events

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        inner = self._inner.take_output()
        if inner:
            self._socket.send(inner)
        return self._socket.take_output()

    def write(self, connection: str, data: bytes) -> None:
        """Send what the pod said."""
        self._inner.write(connection, data)

    def end(self, connection: str, error: str = "") -> None:
        """End a connection, with the reason where it failed."""
        self._inner.end(connection, error)


class ChannelPortForward:
    """Two channels a port, one connection each; the first message on a channel is the port, little-endian."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._socket = WebSocket()
        self._ports = list(ports)
        self._open = {str(number) for number in range(len(ports))}
        self._channel = -1
        self.over = False
        for number, port in enumerate(ports):
            for channel in (2 * number, 2 * number + 1):
                self._socket.send(bytes((channel,)) + port.to_bytes(2, "little"))

    def begin(self) -> list[Connect]:
        """Return that all connections are wanted from the start: the pod may be the first to speak."""
        return [Connect(str(number), port) for number, port in enumerate(self._ports)]

    def feed(self, data: bytes) -> list[Event]:
        """Return what came."""
        events: list[Event] = []
        for part in self._socket.feed(data):
            piece = part.data
            if part.first:
                self._channel, piece = (piece[0] if piece else -1), piece[1:]
            if piece and self._channel % 2 == 0:
                events.append(Sent(str(self._channel // 2), piece))
        return [*events, HangUp()] if self._socket.closed else events

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._socket.take_output()

    def write(self, connection: str, data: bytes) -> None:
        """Send what the pod said."""
        self._socket.send(bytes((2 * int(connection),)) + data)

    def end(self, connection: str, error: str = "") -> None:
        """End a connection, with the reason where it failed; the last one's end closes the session."""
        if error and connection in self._open:
            self._socket.send(bytes((2 * int(connection) + 1,)) + error.encode())
        self._open.discard(connection)
        if not self._open:
            self._socket.close()
            self.over = True
