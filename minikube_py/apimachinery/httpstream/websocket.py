"""WebSocket messages as Kubernetes' streams use them, over wsproto (RFC 6455). The HTTP handshake is the caller's business."""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
NORMAL, PROTOCOL_ERROR = 1000, 1002


def accept_key(key: str) -> str:
    """Return the Sec-WebSocket-Accept header that answers a Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest()).decode()


class Part(NamedTuple):
    """A piece of a message, as it came: `first` at its beginning, `last` at its end."""

    data: bytes
    first: bool
    last: bool


class WebSocket:
    """One side of a connection. `feed` what came, and send what `take_output` gives; pings are answered in it."""

    def __init__(self, *, client: bool = False) -> None:
        self._connection = Connection(ConnectionType.CLIENT if client else ConnectionType.SERVER)
        self._output = bytearray()
        self._fresh = True
        self.closed = False  # the other side has said that it closes, or has gone

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        output, self._output = bytes(self._output), bytearray()
        return output

    def feed(self, data: bytes) -> list[Part]:
        """Return the messages' parts in these bytes; b"" is the end of the connection. One that breaks the rules is closed."""
        parts: list[Part] = []
        try:
            self._connection.receive_data(data or None)
            for event in self._connection.events():
                if isinstance(event, BytesMessage | TextMessage):
                    piece = event.data.encode() if isinstance(event.data, str) else bytes(event.data)
                    parts.append(Part(piece, self._fresh, event.message_finished))
                    self._fresh = event.message_finished
                elif isinstance(event, Ping | CloseConnection):
                    self._answer(event)
        except RemoteProtocolError:
            self.close(PROTOCOL_ERROR)
            self.closed = True
        return parts

    def _answer(self, event: Ping | CloseConnection) -> None:
        self.closed = self.closed or isinstance(event, CloseConnection)
        if self._connection.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
            self._output += self._connection.send(event.response())

    def send(self, data: bytes) -> None:
        """Send a binary message; nothing once the connection closes."""
        if self._connection.state is ConnectionState.OPEN:
            self._output += self._connection.send(BytesMessage(data))

    def send_text(self, text: str) -> None:
        """Send a text message; nothing once the connection closes."""
        if self._connection.state is ConnectionState.OPEN:
            self._output += self._connection.send(TextMessage(text))

    def pong(self) -> None:
        """Send a sign of life that asks for no answer."""
        if self._connection.state is ConnectionState.OPEN:
            self._output += self._connection.send(Pong(b""))

    def close(self, code: int = NORMAL) -> None:
        """Say that this side closes."""
        try:
            self._output += self._connection.send(CloseConnection(code))
        except LocalProtocolError:  # it was said already
            return
