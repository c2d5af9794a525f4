"""One end of an exec or attach: frames to and from the node agent, without ever blocking."""

from __future__ import annotations

import json
from collections.abc import Iterable

from minikube_py.client.streams import End, Output
from minikube_py.cri.frames import END, MAX_FRAME, RESIZE, STDIN, FrameReader, encode_frame
from minikube_py.cri.runtime import Stream as Connection

_CHUNK = 64 * 1024
BROKEN = "error reading from the stream: the node agent closed the connection"


class FrameStream:
    """A `client.streams.Stream` over a runtime's stream. `before` is output that comes first, `explain` words an error."""

    def __init__(self, connection: Connection, before: Iterable[Output] = (), explain: str = "{}") -> None:
        import os
        import socket

        self._connection = connection
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))
        self._socket.setblocking(False)
        self._frames = FrameReader()
        self._before: list[Output | End] = list(before)
        self._explain = explain
        self._queue = bytearray()

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._socket.fileno()

    @property
    def pending(self) -> int:
        """How many bytes wait to be written."""
        return len(self._queue)

    def flush(self) -> None:
        """Write as much as the socket takes; what the other side no longer wants is dropped, its end tells why."""
        try:
            while self._queue:
                del self._queue[: self._socket.send(self._queue[:_CHUNK])]
        except BlockingIOError:
            return
        except (BrokenPipeError, ConnectionResetError):
            self._queue.clear()

    def read(self) -> list[Output | End]:
        """Return what has come."""
        if self._before:
            before, self._before = self._before, []
            return before
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return []
        except ConnectionResetError:
            data = b""
        if not data:
            return [End(1, BROKEN)]
        return [self._event(channel, payload) for channel, payload in self._frames.feed(data)]

    def _event(self, channel: int, payload: bytes) -> Output | End:
        if channel != END:
            return Output(channel, payload)
        end = json.loads(payload)
        if "error" in end:
            return End(1, self._explain.format(end["error"]))
        return End(int(end["exitCode"]))

    def write_stdin(self, data: bytes) -> None:
        """Send input, in frames of at most MAX_FRAME bytes."""
        for start in range(0, len(data), MAX_FRAME):
            self._send(STDIN, data[start : start + MAX_FRAME])

    def close_stdin(self) -> None:
        """Send the empty frame that closes stdin."""
        self._send(STDIN, b"")

    def resize(self, columns: int, rows: int) -> None:
        """Send the terminal's size."""
        self._send(RESIZE, json.dumps({"Width": columns, "Height": rows}).encode())

    def _send(self, channel: int, data: bytes) -> None:
        self._queue += encode_frame(channel, data)
        self.flush()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
        self._connection.close()
