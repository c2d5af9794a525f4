"""The server's side of exec and attach, over SPDY and over WebSockets: input that came, and output, sizes and the end that go out.

https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
"""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple, Protocol

from minikube_py.apimachinery.httpstream.spdy import Data, Ended, Farewell, Opened, Reset, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import Part, WebSocket

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
NAMES = {"stdin": STDIN, "stdout": STDOUT, "stderr": STDERR, "error": ERROR, "resize": RESIZE}
V1, V2, V3, V4, V5 = "channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io"
SPDY_PROTOCOLS = (V5, V4, V3, V2, V1)  # in the order of this server's liking
WEBSOCKET_PROTOCOLS = (V5, V4, "v4.base64.channel.k8s.io", V1, "base64.channel.k8s.io", "")
MAX_TEXT = 16 << 20  # of a message in base64
MAX_RESIZE = 4096  # bytes of a terminal's size that may wait for their end

Object = dict[str, Any]


class Wanted(NamedTuple):
    """The streams that a request asks for."""

    stdin: bool = False
    stdout: bool = False
    stderr: bool = False
    tty: bool = False

    def list_outputs(self) -> list[int]:
        """Return the channels that this side writes; a terminal has no stderr of its own."""
        return [*([STDOUT] if self.stdout else []), *([STDERR] if self.stderr and not self.tty else []), ERROR]


class Stdin(NamedTuple):
    """Input; empty at its end."""

    data: bytes


class Size(NamedTuple):
    """The terminal's size."""

    columns: int
    rows: int


class HangUp(NamedTuple):
    """The client is gone or has had enough."""


Event = Stdin | Size | HangUp


class RemoteCommand(Protocol):
    """One session. Wait until it is `ready`, `feed` it what comes and send what `take_output` gives."""

    ready: bool

    def feed(self, data: bytes) -> list[Event]: ...

    def take_output(self) -> bytes: ...

    def write(self, channel: int, data: bytes) -> None: ...

    def finish(self, status: Object) -> None: ...


def make_end_status(exit_code: int, error: str = "") -> Object:
    """Return the Status that tells how a command ended: kubectl exits with its code, or prints the error."""
    if error:
        why = error.removeprefix("Internal error occurred: ")
        details: Object = {"causes": [{"message": why}]}
        failure = {"metadata": {}, "status": "Failure", "message": error, "reason": "InternalError"}
        return {**failure, "details": details, "code": 500}
    if exit_code == 0:
        return {"metadata": {}, "status": "Success"}
    message = f"command terminated with non-zero exit code: exit status {exit_code}"
    causes = [{"reason": "ExitCode", "message": str(exit_code)}]
    return {
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "NonZeroExitCode",
        "details": {"causes": causes},
    }


def encode_status(status: Object, protocol: str) -> bytes:
    """Return what goes out on the error stream: JSON from version 4 on, before that the text of a failure."""
    if protocol.startswith(("v4.", "v5.")):
        return json.dumps(status, separators=(",", ":")).encode()
    return b"" if status["status"] == "Success" else str(status["message"]).encode()


class _Sizes:
    """Puts sizes together from pieces: a stream of JSON objects."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, data: bytes) -> list[Size]:
        sizes: list[Size] = []
        self._text += data.decode(errors="replace")
        while (end := self._text.find("}") + 1) > 0:
            text, self._text = self._text[:end], self._text[end:]
            size = _read_size(text)
            sizes += [size] if size else []
        self._text = self._text[-MAX_RESIZE:]
        return sizes


def _read_size(text: str) -> Size | None:
    """Return a size whatever the case of its keys, as Go reads JSON: JavaScript's client sends them small."""
    try:
        found = {key.lower(): int(value) for key, value in json.loads(text).items()}
        return Size(found["width"], found["height"])
    except (ValueError, KeyError, TypeError):
        return None


class SpdyCommand:
    """A session of SPDY streams, each named by its header `streamtype`."""

    def __init__(self, protocol: str, wanted: Wanted) -> None:
        self._protocol = protocol
        self._spdy = SpdyConnection()
        self._expected = {ERROR, *wanted.list_outputs(), *([STDIN] if wanted.stdin else [])}
        if wanted.tty and protocol not in (V1, V2):
            self._expected.add(RESIZE)
        self._streams: dict[int, int] = {}  # of each channel
        self._sizes = _Sizes()
        self.ready = False

    def feed(self, data: bytes) -> list[Event]:
        """Return what came. Raises SpdyError."""
        events: list[Event] = [] if data else [HangUp()]
        for event in self._spdy.feed(data):
            if isinstance(event, Opened):
                channel = NAMES.get(event.headers.get("streamtype", ""))
                if channel is None or channel in self._streams:
                    self._spdy.reset(event.stream)
                    continue
                self._streams[channel] = event.stream
                self.ready = self._expected <= set(self._streams)
            elif isinstance(event, Farewell):
                events.append(HangUp())
            else:
                events += self._take(event)
        return events

    def _take(self, event: Data | Ended | Reset) -> list[Event]:
        if event.stream == self._streams.get(STDIN):
            return [Stdin(event.data if isinstance(event, Data) else b"")]
        if event.stream == self._streams.get(RESIZE) and isinstance(event, Data):
            return list(self._sizes.feed(event.data))
        return []

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._spdy.take_output()

    def write(self, channel: int, data: bytes) -> None:
        """Send output."""
        if channel in self._streams:
            self._spdy.send(self._streams[channel], data)

    def finish(self, status: Object) -> None:
        """Tell how it ended, and end the streams."""
        self.write(ERROR, encode_status(status, self._protocol))
        for stream in self._streams.values():
            self._spdy.end(stream)


class WebSocketCommand:
    """A session of WebSocket messages, whose first byte is the channel; with base64 in the protocol's name it is a digit."""

    def __init__(self, protocol: str, wanted: Wanted) -> None:
        self._protocol, self._wanted = protocol, wanted
        self._socket = WebSocket()
        self._text = "base64" in protocol
        self._channel = -1  # of the message that is coming in
        self._message = b""  # what came of it, where it must be whole to be read
        self._sizes = _Sizes()
        self.ready = True
        self.write(wanted.list_outputs()[0], b"")  # by which the client learns that the session is open

    def feed(self, data: bytes) -> list[Event]:
        """Return what came. Raises ValueError for what is not base64."""
        events: list[Event] = []
        for part in self._socket.feed(data):
            if self._text:
                events += self._take_text(part)
                continue
            piece = part.data
            if part.first and piece:
                self._channel, piece = piece[0], piece[1:]
            events += self._take(piece)
        return [*events, HangUp()] if self._socket.closed else events

    def _take_text(self, part: Part) -> list[Event]:
        self._message += part.data
        if len(self._message) > MAX_TEXT:
            raise ValueError(f"a message is over {MAX_TEXT} bytes")
        if not part.last:
            return []
        message, self._message = self._message, b""
        if not message[:1].isdigit():
            return []
        self._channel = int(message[:1])
        return self._take(base64.b64decode(message[1:], validate=True))

    def _take(self, data: bytes) -> list[Event]:
        if self._channel == STDIN and self._wanted.stdin:
            return [Stdin(data)] if data else []
        if self._channel == RESIZE:
            return list(self._sizes.feed(data))
        if self._channel == CLOSE and self._protocol == V5 and data == bytes((STDIN,)):
            return [Stdin(b"")]
        return []

    def take_output(self) -> bytes:
        """Return what is to be sent now."""
        return self._socket.take_output()

    def write(self, channel: int, data: bytes) -> None:
        """Send output, if it was asked for."""
        if channel not in self._wanted.list_outputs():
            return
        if self._text:
            self._socket.send_text(f"{channel}{base64.b64encode(data).decode()}")
        else:
            self._socket.send(bytes((channel,)) + data)

    def finish(self, status: Object) -> None:
        """Tell how it ended, and close."""
        said = encode_status(status, self._protocol)
        if said:
            self.write(ERROR, said)
        self._socket.close()
