"""One end of an exec or attach on a server elsewhere: a `client.streams.Stream` over the channels of a carrier."""

from __future__ import annotations

import json
import ssl
from contextlib import suppress
from typing import Any

from minikube_py.apimachinery.httpstream.remote_command import ERROR, RESIZE, STDIN
from minikube_py.apimachinery.httpstream.spdy import SpdyError
from minikube_py.client.remote.command_carriers import Carrier
from minikube_py.client.remote.upgrades import Upgraded
from minikube_py.client.streams import STDERR, STDOUT, End, Output

CHUNK = 64 << 10
STDIN_CHUNK = 32 << 10
BROKEN = "error reading from error stream: the connection was closed before the command's end was told"


class CommandStream:
    """Reads and writes without ever blocking. Wait on `fileno` for reading, and for writing while `pending`."""

    def __init__(self, upgraded: Upgraded, carrier: Carrier) -> None:
        self._sock, self._carrier = upgraded.sock, carrier
        self._sock.setblocking(False)
        self._queue = bytearray()
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
        self._queue += self._carrier.take_output()
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
            data = b"" if self._carrier.closed else self._receive()
            if data is None:
                break
            events += self._take(data) if data else []
            if not data or self._carrier.closed:
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
        with suppress(SpdyError):  # what cannot be read is not the command's
            for channel, piece in self._carrier.feed(data):
                if channel in (STDOUT, STDERR) and piece:
                    events.append(Output(channel, piece))
                elif channel == ERROR:
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
        """Say that no more input comes, where the protocol can."""
        self._carrier.end_stdin()
        self.flush()

    def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's size."""
        self._send(RESIZE, json.dumps({"Width": columns, "Height": rows}).encode())

    def _send(self, channel: int, data: bytes) -> None:
        self._carrier.send(channel, data)
        self.flush()

    def close(self) -> None:
        """Close the connection."""
        self._carrier.close()
        with suppress(OSError):
            self.flush()
        self._sock.close()
