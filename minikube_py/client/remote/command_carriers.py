"""The channels of an exec or attach, seen from the client: in the messages of a WebSocket, or as the streams of SPDY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from minikube_py.apimachinery.httpstream.remote_command import CLOSE, ERROR, NAMES, STDERR, STDIN, STDOUT, V5
from minikube_py.apimachinery.httpstream.spdy import Data, Ended, Farewell, Reset, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import WebSocket


class Carrier(Protocol):
    """Turns bytes of a connection into those of channels, and back. It is `closed` when nothing more can come."""

    @property
    def closed(self) -> bool: ...

    def feed(self, data: bytes) -> list[tuple[int, bytes]]: ...

    def send(self, channel: int, data: bytes) -> None: ...

    def end_stdin(self) -> None: ...

    def take_output(self) -> bytes: ...

    def close(self) -> None: ...


class WebSocketCarrier:
    """Messages whose first byte is the channel."""

    def __init__(self, protocol: str) -> None:
        self._protocol, self._socket = protocol, WebSocket(client=True)
        self._channel = -1  # of the message that is coming in

    @property
    def closed(self) -> bool:
        """Whether the server has closed the WebSocket."""
        return self._socket.closed

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return what came on which channel."""
        found = []
        for part in self._socket.feed(data):
            piece = part.data
            if part.first and piece:
                self._channel, piece = piece[0], piece[1:]
            found.append((self._channel, piece))
        return found

    def send(self, channel: int, data: bytes) -> None:
        """Send on a channel."""
        self._socket.send(bytes((channel,)) + data)

    def end_stdin(self) -> None:
        """Say that no more input comes, which only version 5 of the protocol can."""
        if self._protocol == V5:
            self.send(CLOSE, bytes((STDIN,)))

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._socket.take_output()

    def close(self) -> None:
        """Say goodbye."""
        self._socket.close()


class SpdyCarrier:
    """A stream for each channel, named by its header `streamtype`. It is closed when what the server writes has ended."""

    def __init__(self, channels: Sequence[int]) -> None:
        self._spdy = SpdyConnection(client=True)
        names = {channel: name for name, channel in NAMES.items()}
        self._streams = {channel: self._spdy.open_stream({"streamtype": names[channel]}) for channel in channels}
        self._channels = {stream: channel for channel, stream in self._streams.items()}
        self._coming = {STDOUT, STDERR, ERROR} & set(channels)

    @property
    def closed(self) -> bool:
        """Whether output and the error stream have ended."""
        return not self._coming

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return what came on which channel. Raises SpdyError."""
        found = []
        for event in self._spdy.feed(data):
            if isinstance(event, Farewell):
                self._coming.clear()
            elif isinstance(event, Data):
                found.append((self._channels.get(event.stream, -1), event.data))
            elif isinstance(event, Ended | Reset):
                self._coming.discard(self._channels.get(event.stream, -1))
        return found

    def send(self, channel: int, data: bytes) -> None:
        """Send on a channel, if it is open."""
        if channel in self._streams:
            self._spdy.send(self._streams[channel], data)

    def end_stdin(self) -> None:
        """Say that no more input comes."""
        if STDIN in self._streams:
            self._spdy.end(self._streams[STDIN])

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._spdy.take_output()

    def close(self) -> None:
        """Say goodbye."""
        self._spdy.say_farewell()
