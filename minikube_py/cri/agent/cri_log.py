"""Container logs in CRI format, `<RFC3339Nano> <stream> <F or P> <line>`, rotated by size.

See https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md#log-format
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

MAX_LINE = 16 * 1024


class LineCutter:
    """Cuts one stream's bytes into the log's lines: whole ones (F), and pieces (P) of those over MAX_LINE bytes."""

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._max = max_line
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield (tag, line) for what `data` completes; a carriage return before the newline is dropped, as containerd does."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            whole = line.removesuffix(b"\r")
            while len(whole) > self._max:
                yield b"P", whole[: self._max]
                whole = whole[self._max :]
            yield b"F", whole
        while len(self._rest) > self._max:
            yield b"P", self._rest[: self._max]
            self._rest = self._rest[self._max :]

    def finish(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what stands after the last newline, as a P line."""
        if self._rest:
            yield b"P", self._rest
            self._rest = b""


def format_rfc3339_nano(nanoseconds: int) -> bytes:
    """Return Go's RFC3339Nano in UTC: the fraction without trailing zeros, none at all when it is zero."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    digits = f"{fraction:09d}".rstrip("0")
    return f"{stamp}.{digits}Z".encode() if digits else f"{stamp}Z".encode()


class CRILog:
    """A container's log file. Full ones become `<path>.1` (newest) to `<path>.<max_files - 1>`."""

    def __init__(self, path: str, max_bytes: int, max_files: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._cutters = {b"stdout": LineCutter(), b"stderr": LineCutter()}
        self._fd = -1
        self._size = 0
        self._open()

    @property
    def size(self) -> int:
        """How many bytes the present file holds."""
        return self._size

    def write(self, stream: bytes, data: bytes, nanoseconds: int) -> None:
        """Log what a stream gave at a moment. A line without its end waits for it."""
        self._append(stream, self._cutters[stream].feed(data), nanoseconds)

    def close(self, nanoseconds: int) -> None:
        """Write unfinished lines and close the file."""
        for stream, cutter in self._cutters.items():
            self._append(stream, cutter.finish(), nanoseconds)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _append(self, stream: bytes, lines: Iterator[tuple[bytes, bytes]], nanoseconds: int) -> None:
        head = format_rfc3339_nano(nanoseconds) + b" " + stream + b" "
        text = b"".join(head + tag + b" " + line + b"\n" for tag, line in lines)
        if not text or self._fd < 0:
            return
        if self._size and self._size + len(text) > self._max_bytes:
            self._rotate()
        # A full disk must not end the agent: the lines are lost, the container goes on.
        with contextlib.suppress(OSError):
            self._size += os.write(self._fd, text)

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._size = os.fstat(self._fd).st_size

    def _rotate(self) -> None:
        os.close(self._fd)
        self._fd = -1
        with contextlib.suppress(OSError):
            for number in range(self._max_files - 2, 0, -1):
                if os.path.exists(f"{self._path}.{number}"):
                    os.replace(f"{self._path}.{number}", f"{self._path}.{number + 1}")
            if self._max_files > 1:
                os.replace(self._path, f"{self._path}.1")
            else:
                os.unlink(self._path)
        self._open()
