"""One client's connection to the agent: messages first, then perhaps frames of a stream."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Callable
from typing import Any, Protocol

from minikube_py.cri.agent.loop import READ, WRITE, Loop
from minikube_py.cri.agent.messages import MessageReader, encode_message
from minikube_py.cri.frames import FrameReader, encode_frame

_CHUNK = 64 * 1024
_HIGH_WATER = 256 * 1024


class StreamEnd(Protocol):
    """The agent's side of an exec or attach stream."""

    def frame(self, channel: int, data: bytes) -> None: ...

    def drained(self) -> None: ...

    def disconnected(self) -> None: ...


class Connection:
    """A non-blocking socket with its reader and its queue."""

    def __init__(self, loop: Loop, sock: socket.socket, on_message: Callable[[Connection, dict[str, Any]], None]) -> None:
        self._loop = loop
        self._sock = sock
        self._on_message = on_message
        self._messages = MessageReader()
        self._frames = FrameReader()
        self._queue = bytearray()
        self._stream: StreamEnd | None = None
        self._reading = True
        self._ending = False
        self.on_close: Callable[[Connection], None] | None = None
        sock.setblocking(False)
        self._rewatch()

    @property
    def congested(self) -> bool:
        """Whether the client is slower than what is sent to it."""
        return len(self._queue) > _HIGH_WATER

    @property
    def queued(self) -> int:
        """Bytes the client has not taken yet."""
        return len(self._queue)

    def send_message(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self._send(encode_message(message))

    def send_frame(self, channel: int, data: bytes) -> None:
        """Send a frame of a stream."""
        self._send(encode_frame(channel, data))

    def become_stream(self, stream: StreamEnd) -> None:
        """Read frames from now on."""
        self._stream = stream
        self._feed(self._messages.rest())

    def detach(self) -> socket.socket:
        """Hand the socket over, blocking, with nothing queued lost; the connection is then none of the loop's business."""
        self._loop.unwatch(self._sock.fileno())
        self._sock.setblocking(True)
        return self._sock

    def reattach(self) -> None:
        """Take a detached socket back."""
        self._sock.setblocking(False)
        self._rewatch()

    def pause(self) -> None:
        """Stop reading."""
        self._reading = False
        self._rewatch()

    def resume(self) -> None:
        """Read again."""
        if not self._reading:
            self._reading = True
            self._rewatch()

    def end(self) -> None:
        """Close once the queue is sent."""
        self._ending = True
        self._flush()

    def close(self) -> None:
        """Close now; the stream and `on_close` learn of it once."""
        if self._sock.fileno() < 0:
            return
        self._loop.unwatch(self._sock.fileno())
        self._sock.close()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.disconnected()
        if self.on_close is not None:
            self.on_close(self)

    def _send(self, data: bytes) -> None:
        if self._sock.fileno() >= 0 and not self._ending:
            self._queue += data
            self._flush()

    def _flush(self) -> None:
        if self._sock.fileno() < 0:
            return
        try:
            while self._queue:
                del self._queue[: self._sock.send(self._queue[:_CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if self._ending and not self._queue:
            self.close()
            return
        self._rewatch()
        if self._stream is not None and not self.congested:
            self._stream.drained()

    def _rewatch(self) -> None:
        if self._sock.fileno() >= 0:
            events = (READ if self._reading else 0) | (WRITE if self._queue else 0)
            self._loop.watch(self._sock.fileno(), events, self._ready)

    def _ready(self, events: int) -> None:
        if events & WRITE:
            self._flush()
        if events & READ and self._sock.fileno() >= 0:
            self._receive()

    def _receive(self) -> None:
        try:
            data = self._sock.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        try:
            self._feed(data)
        except (ValueError, KeyError, TypeError):  # not our protocol
            self.close()

    def _feed(self, data: bytes) -> None:
        if self._stream is None:
            self._messages.feed(data)
            while self._stream is None and self._sock.fileno() >= 0 and (message := self._messages.next()) is not None:
                self._on_message(self, message)
            return
        for channel, payload in self._frames.feed(data):
            if self._stream is not None:
                self._stream.frame(channel, payload)


def is_own_peer(sock: socket.socket) -> bool:
    """Return whether our own user is at the other end; True where the system cannot tell (the socket is mode 0600)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    with contextlib.suppress(OSError):
        peer = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return struct.unpack("3i", peer)[1] in (os.getuid(), 0)
    return False
