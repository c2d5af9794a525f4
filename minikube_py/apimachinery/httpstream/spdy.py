"""SPDY/3, as far as Kubernetes' streams use it: streams with headers, data, ends, resets, pings and the farewell.

There is no flow control: neither kubectl nor the API server keeps windows, so TCP's own is the only brake.
https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3/
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from minikube_py.apimachinery.httpstream.spdy_dictionary import DICTIONARY

VERSION = 3
SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
FIN = 1
REFUSED_STREAM, CANCEL = 3, 5
MAX_FRAME = 1 << 20  # of one that comes in; io.Copy and its like send 32 KiB at a time
MAX_HEADERS = 64 << 10  # uncompressed
MAX_STREAMS = 4096
CHUNK = 32 << 10  # of one that goes out
_CONTROL = 1 << 31
_HEADER = 8
_NUMBER = struct.Struct(">I")


class SpdyError(ValueError):
    """The other side does not speak SPDY/3, or asks too much. The connection is over."""


class Opened(NamedTuple):
    """The other side opened a stream. Names of `headers` are in lower case."""

    stream: int
    headers: Mapping[str, str]


class Data(NamedTuple):
    """Bytes of a stream."""

    stream: int
    data: bytes


class Ended(NamedTuple):
    """The other side sends no more on a stream."""

    stream: int


class Reset(NamedTuple):
    """The other side gave a stream up."""

    stream: int


class Farewell(NamedTuple):
    """The other side goes away."""


Event = Opened | Data | Ended | Reset | Farewell


class SpdyConnection:
    """One side of a connection. `feed` what came, act on the events, and send what `take_output` gives."""

    def __init__(self, *, client: bool = False) -> None:
        self._next = 1 if client else 2
        self._own = self._next % 2
        self._last = 0  # the highest stream the other side opened
        self._ended: dict[int, set[str]] = {}  # of each open stream, which of "ours" and "theirs" is over
        self._input, self._output = bytearray(), bytearray()
        self._compressor = zlib.compressobj(zdict=DICTIONARY)
        self._decompressor = zlib.decompressobj(zdict=DICTIONARY)
        self._pings = 1 if client else 2

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        output, self._output = bytes(self._output), bytearray()
        return output

    def feed(self, data: bytes) -> list[Event]:
        """Return what these bytes mean; streams that are opened are accepted at once. Raises SpdyError."""
        self._input += data
        events: list[Event] = []
        while len(self._input) >= _HEADER:
            word, flags_and_length = struct.unpack_from(">II", self._input)
            flags, length = flags_and_length >> 24, flags_and_length & 0xFFFFFF
            if length > MAX_FRAME:
                raise SpdyError(f"a frame of {length} bytes is over {MAX_FRAME}")
            if len(self._input) < _HEADER + length:
                break
            payload = bytes(self._input[_HEADER : _HEADER + length])
            del self._input[: _HEADER + length]
            events += self._take_control(word, flags, payload) if word & _CONTROL else self._take_data(word, flags, payload)
        return events

    def open_stream(self, headers: Mapping[str, str]) -> int:
        """Open a stream and return its number."""
        number, self._next = self._next, self._next + 2
        self._ended[number] = set()
        self._control(SYN_STREAM, 0, struct.pack(">IIBB", number, 0, 0, 0) + self._compress(headers))
        return number

    def send(self, stream: int, data: bytes) -> None:
        """Send bytes; of a stream that is over nothing is sent."""
        if "ours" in self._ended.get(stream, {"ours"}):
            return
        for start in range(0, len(data), CHUNK):
            self._data(stream, 0, data[start : start + CHUNK])

    def end(self, stream: int) -> None:
        """Send no more on a stream."""
        if "ours" not in self._ended.get(stream, {"ours"}):
            self._data(stream, FIN, b"")
            self._note_end(stream, "ours")

    def reset(self, stream: int, status: int = CANCEL) -> None:
        """Give a stream up."""
        self._ended.pop(stream, None)
        self._control(RST_STREAM, 0, struct.pack(">II", stream, status))

    def say_farewell(self) -> None:
        """Tell the other side that this one goes away."""
        self._control(GOAWAY, 0, struct.pack(">II", self._last, 0))

    def ping(self) -> None:
        """Ask for a sign of life; the answer is no event."""
        self._control(PING, 0, _NUMBER.pack(self._pings))
        self._pings += 2

    def _take_data(self, stream: int, flags: int, payload: bytes) -> list[Event]:
        if "theirs" in self._ended.get(stream, {"theirs"}):
            return []  # what was under way when the stream was given up
        events: list[Event] = [Data(stream, payload)] if payload else []
        return events + (self._take_end(stream) if flags & FIN else [])

    def _take_end(self, stream: int) -> list[Event]:
        self._note_end(stream, "theirs")
        return [Ended(stream)]

    def _note_end(self, stream: int, side: str) -> None:
        ended = self._ended[stream]
        ended.add(side)
        if len(ended) == 2:
            del self._ended[stream]

    def _take_control(self, word: int, flags: int, payload: bytes) -> list[Event]:
        version, kind = word >> 16 & 0x7FFF, word & 0xFFFF
        if version != VERSION:
            raise SpdyError(f"version {version} is not spoken here")
        try:
            return self._take_frame(kind, flags, payload)
        except (struct.error, zlib.error, UnicodeDecodeError) as error:
            raise SpdyError(f"a frame that cannot be read: {error}") from error

    def _take_frame(self, kind: int, flags: int, payload: bytes) -> list[Event]:
        if kind == GOAWAY:
            return [Farewell()]
        if kind == PING:
            (number,) = _NUMBER.unpack(payload)
            if number % 2 != self._own:
                self._control(PING, 0, payload)
            return []
        if kind in (SETTINGS, WINDOW_UPDATE):
            return []
        stream = _NUMBER.unpack_from(payload)[0] & 0x7FFFFFFF
        if kind == SYN_STREAM:
            return self._take_stream(stream, flags, self._decompress(payload[10:]))
        if kind in (SYN_REPLY, HEADERS):
            self._decompress(payload[4:])  # read, since the compression goes on; nothing is said in them
            return self._take_end(stream) if flags & FIN and "theirs" not in self._ended.get(stream, {"theirs"}) else []
        if kind == RST_STREAM:
            return [Reset(stream)] if self._ended.pop(stream, None) is not None else []
        raise SpdyError(f"frames of type {kind} are not known")

    def _take_stream(self, stream: int, flags: int, headers: Mapping[str, str]) -> list[Event]:
        if stream % 2 == self._own or stream <= self._last:
            raise SpdyError(f"stream {stream} cannot be opened")
        self._last = stream
        if len(self._ended) >= MAX_STREAMS:
            self.reset(stream, REFUSED_STREAM)
            return []
        self._ended[stream] = set()
        self._control(SYN_REPLY, 0, _NUMBER.pack(stream) + self._compress({}))
        return [Opened(stream, headers), *(self._take_end(stream) if flags & FIN else ())]

    def _control(self, kind: int, flags: int, payload: bytes) -> None:
        self._output += struct.pack(">HHI", 0x8000 | VERSION, kind, flags << 24 | len(payload)) + payload

    def _data(self, stream: int, flags: int, payload: bytes) -> None:
        self._output += struct.pack(">II", stream, flags << 24 | len(payload)) + payload

    def _compress(self, headers: Mapping[str, str]) -> bytes:
        pairs = [text.encode() for name, value in headers.items() for text in (name.lower(), value)]
        block = _NUMBER.pack(len(headers)) + b"".join(_NUMBER.pack(len(text)) + text for text in pairs)
        return self._compressor.compress(block) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def _decompress(self, data: bytes) -> Mapping[str, str]:
        block = self._decompressor.decompress(data, MAX_HEADERS)
        if self._decompressor.unconsumed_tail:
            raise SpdyError(f"headers over {MAX_HEADERS} bytes")
        (count,) = _NUMBER.unpack_from(block)
        place, texts = 4, []
        for _ in range(min(2 * count, len(block))):
            (length,) = _NUMBER.unpack_from(block, place)
            if place + 4 + length > len(block):
                raise SpdyError("headers that end early")
            texts.append(block[place + 4 : place + 4 + length].decode())
            place += 4 + length
        return dict(zip((name.lower() for name in texts[::2]), texts[1::2], strict=True))
