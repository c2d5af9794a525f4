"""The frames that exec and attach streams carry: one byte channel, four bytes big-endian length, data."""

from __future__ import annotations

STDIN = 0
STDOUT = 1
STDERR = 2
END = 3  # JSON: {"exitCode": n} or {"error": text}
RESIZE = 4  # JSON: {"Width": columns, "Height": rows}

MAX_FRAME = 1 << 20
_HEADER = 5


def encode_frame(channel: int, data: bytes) -> bytes:
    """Return one frame. An empty STDIN frame closes the standard input."""
    return bytes((channel,)) + len(data).to_bytes(4, "big") + data


class FrameReader:
    """Cuts a byte stream into frames, however the bytes arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the frames that `data` completes as (channel, data). Raises ValueError for a frame over MAX_FRAME."""
        self._buffer += data
        frames = []
        while len(self._buffer) >= _HEADER:
            length = int.from_bytes(self._buffer[1:_HEADER], "big")
            if length > MAX_FRAME:
                raise ValueError(f"frame of {length} bytes is over {MAX_FRAME}")
            if len(self._buffer) < _HEADER + length:
                break
            frames.append((self._buffer[0], bytes(self._buffer[_HEADER : _HEADER + length])))
            del self._buffer[: _HEADER + length]
        return frames
