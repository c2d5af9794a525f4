"""One end of an exec or attach on a server elsewhere: a `client.streams.Stream` over WebSocket channels."""

from __future__ import annotations

import json
import ssl
from contextlib import suppress
from typing import Any

from minikube_py.apimachinery.httpstream.remote_command import CLOSE, ERROR, RESIZE, STDIN, V5
from minikube_py.apimachinery.httpstream.websocket import WebSocket
from minikube_py.client.remote.upgrades import Upgraded
from minikube_py.client.streams import STDERR, STDOUT, End, Output

CHUNK = 64 << 10
STDIN_CHUNK = 32 << 10
BROKEN = "error reading from error stream: the connection was closed before the command's end was told"


class CommandStream:
    """Reads and writes without ever blocking. Wait on `fileno` for reading, and for writing while `pending`."""

    def __init__(self, upgraded: Upgraded) -> None:
        self._sock, self._protocol = upgraded.sock, upgraded.protocol
        self._sock.setblocking(False)
        self._socket = WebSocket(client=True)
        self._queue = bytearray()
        self._channel = -1
        self._status = b""
        self._first = self._take(upgraded.rest) if upgraded.rest else []
        self._over = False

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._sock.fileno()

    @property
    def pending(self) -> int:
        """How many bytes wait to be written."""
        return len(self._queue)

    def flush(self) -> None:
        """Write as much as the socket takes; what the other side no longer wants is dropped, its end tells why."""
        self._queue += self._socket.take_output()
        try:
            while self._queue:
                del self._queue[: self._sock.send(self._queue[:CHUNK])]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError:
            self._queue.clear()

    def read(self) -> list[Output | End]:
        """Return what has come; all of it, since what TLS has read ahead wakes nobody."""
        events, self._first = self._first, []
        while not self._over:
            data = b"" if self._socket.closed else self._receive()
            if data is None:
                break
            events += self._take(data) if data else []
            if not data or self._socket.closed:
                self._over = True
                events.append(self._read_end())
        self.flush()
        return events

    def _receive(self) -> bytes | None:
        """Return what is there, b"" at the end, None where nothing came yet."""
        try:
            return self._sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except OSError:
            return b""

    def _take(self, data: bytes) -> list[Output | End]:
        events: list[Output | End] = []
        for part in self._socket.feed(data):
            piece = part.data
            if part.first and piece:
                self._channel, piece = piece[0], piece[1:]
            if self._channel in (STDOUT, STDERR) and piece:
                events.append(Output(self._channel, piece))
            elif self._channel == ERROR:
                self._status += piece
        return events

    def _read_end(self) -> End:
        try:
            status: dict[str, Any] = json.loads(self._status)
        except ValueError:
            return End(1, self._status.decode(errors="replace") or BROKEN)
        if status.get("status") == "Success":
            return End(0)
        causes = (status.get("details") or {}).get("causes") or ()
        code = next((cause.get("message", "") for cause in causes if cause.get("reason") == "ExitCode"), "")
        if status.get("reason") == "NonZeroExitCode" and code.isdigit():
            return End(int(code))
        return End(1, status.get("message") or BROKEN)

    def write_stdin(self, data: bytes) -> None:
        """Send input."""
        for start in range(0, len(data), STDIN_CHUNK):
            self._send(STDIN, data[start : start + STDIN_CHUNK])

    def close_stdin(self) -> None:
        """Say that no more input comes, which only version 5 of the protocol can."""
        if self._protocol == V5:
            self._send(CLOSE, bytes((STDIN,)))

    def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's size."""
        self._send(RESIZE, json.dumps({"Width": columns, "Height": rows}).encode())

    def _send(self, channel: int, data: bytes) -> None:
        self._socket.send(bytes((channel,)) + data)
        self.flush()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
        with suppress(OSError):
            self.flush()
        self._sock.close()
