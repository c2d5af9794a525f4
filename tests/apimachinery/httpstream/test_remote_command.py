"""Sessions of exec and attach as a client sees them, over SPDY and over WebSockets."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from minikube_py.apimachinery.httpstream.remote_command import (
    CLOSE,
    ERROR,
    RESIZE,
    STDERR,
    STDIN,
    STDOUT,
    HangUp,
    Size,
    SpdyCommand,
    Stdin,
    Wanted,
    WebSocketCommand,
    make_end_status,
)
from minikube_py.apimachinery.httpstream.spdy import Data, Ended, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import WebSocket, accept_key

ALL = Wanted(stdin=True, stdout=True, stderr=True)
TERMINAL = Wanted(stdin=True, stdout=True, stderr=True, tty=True)


class SpdyClient:
    """What kubectl does on its side."""

    def __init__(self, protocol: str, wanted: Wanted, *streams: str) -> None:
        self.spdy = SpdyConnection(client=True)
        self.server = SpdyCommand(protocol, wanted)
        self.streams = {name: self.spdy.open_stream({"streamtype": name}) for name in streams}

    def send(self) -> list[Any]:
        return self.server.feed(self.spdy.take_output())

    def receive(self) -> dict[str, Any]:
        """Return each stream's bytes, None at the end of one."""
        names = {number: name for name, number in self.streams.items()}
        got: dict[str, list[Any]] = {}
        for event in self.spdy.feed(self.server.take_output()):
            if isinstance(event, Data | Ended):
                got.setdefault(names[event.stream], []).append(event.data if isinstance(event, Data) else None)
        return got


def test_spdy_begins_when_all_streams_are_there() -> None:
    client = SpdyClient("v4.channel.k8s.io", ALL, "error", "stdin", "stdout")
    assert client.send() == []
    assert not client.server.ready
    client.streams["stderr"] = client.spdy.open_stream({"streamtype": "stderr"})
    client.send()
    assert client.server.ready


@pytest.mark.parametrize(
    "protocol, streams",
    [
        ("channel.k8s.io", ("error", "stdin", "stdout")),
        ("v3.channel.k8s.io", ("error", "stdin", "stdout", "resize")),
    ],
)
def test_a_terminal_has_no_stderr_and_sizes_since_version_3(protocol: str, streams: tuple[str, ...]) -> None:
    client = SpdyClient(protocol, TERMINAL, *streams)
    client.send()
    assert client.server.ready


def test_spdy_carries_input_output_and_the_end() -> None:
    client = SpdyClient("v4.channel.k8s.io", ALL, "error", "stdin", "stdout", "stderr")
    client.spdy.send(client.streams["stdin"], b"in")
    client.spdy.end(client.streams["stdin"])
    assert client.send() == [Stdin(b"in"), Stdin(b"")]
    client.server.write(STDOUT, b"out")
    client.server.write(STDERR, b"err")
    client.server.finish(make_end_status(3))
    got = client.receive()
    assert (got["stdout"], got["stderr"]) == ([b"out", None], [b"err", None])
    status, end = got["error"]
    assert json.loads(status)["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
    assert end is None


@pytest.mark.parametrize(
    "protocol, code, said", [("v3.channel.k8s.io", 0, None), ("v2.channel.k8s.io", 3, b"command terminated")]
)
def test_old_protocols_tell_failures_as_text(protocol: str, code: int, said: bytes | None) -> None:
    client = SpdyClient(protocol, Wanted(stdout=True), "error", "stdout")
    client.send()
    client.server.finish(make_end_status(code))
    first = client.receive()["error"][0]
    assert first == said if said is None else first.startswith(said)


def test_sizes_are_put_together_from_pieces() -> None:
    client = SpdyClient("v4.channel.k8s.io", TERMINAL, "error", "stdin", "stdout", "resize")
    client.send()
    text = b'{"Width":80,"Height":24}\n{"Width":"x"}{"height":30,"width":100}'
    found = []
    for start in range(0, len(text), 7):
        client.spdy.send(client.streams["resize"], text[start : start + 7])
        found += client.send()
    assert found == [Size(80, 24), Size(100, 30)]


def test_who_goes_hangs_up() -> None:
    client = SpdyClient("v4.channel.k8s.io", ALL)
    client.spdy.say_farewell()
    assert client.send() == [HangUp()]
    assert SpdyCommand("v4.channel.k8s.io", ALL).feed(b"") == [HangUp()]
    assert WebSocketCommand("v5.channel.k8s.io", ALL).feed(b"") == [HangUp()]


class WebSocketClient:
    """What kubectl does on its side."""

    def __init__(self, protocol: str, wanted: Wanted) -> None:
        self.socket = WebSocket(client=True)
        self.server = WebSocketCommand(protocol, wanted)

    def send(self, *messages: bytes) -> list[Any]:
        for message in messages:
            self.socket.send(message)
        return self.server.feed(self.socket.take_output())

    def receive(self) -> list[bytes]:
        return [part.data for part in self.socket.feed(self.server.take_output())]


def test_websocket_carries_input_output_and_the_end() -> None:
    client = WebSocketClient("v5.channel.k8s.io", ALL)
    assert client.receive() == [bytes((STDOUT,))]  # the session is open
    assert client.send(bytes((STDIN,)) + b"in", bytes((CLOSE, STDIN))) == [Stdin(b"in"), Stdin(b"")]
    client.server.write(STDERR, b"err")
    client.server.finish(make_end_status(0))
    assert client.receive() == [bytes((STDERR,)) + b"err", bytes((ERROR,)) + b'{"metadata":{},"status":"Success"}']
    assert client.socket.closed
    assert client.send() == [HangUp()]


def test_large_input_arrives_however_it_is_cut() -> None:
    client = WebSocketClient("v4.channel.k8s.io", ALL)
    data = bytes(range(256)) * 1000
    client.socket.send(bytes((STDIN,)) + data)
    wire = client.socket.take_output()
    events = [event for start in range(0, len(wire), 999) for event in client.server.feed(wire[start : start + 999])]
    assert b"".join(event.data for event in events if isinstance(event, Stdin)) == data


def test_messages_in_base64() -> None:
    client = WebSocketClient("v4.base64.channel.k8s.io", TERMINAL)
    assert client.receive() == [b"1"]
    for text in (f"{STDIN}{base64.b64encode(b'in').decode()}", f"{RESIZE}{base64.b64encode(b'{}').decode()}"):
        client.socket.send_text(text)
    assert client.send() == [Stdin(b"in")]
    client.server.write(STDOUT, b"out")
    assert client.receive() == [b"1" + base64.b64encode(b"out")]
    client.socket.send_text("0%%%")
    with pytest.raises(ValueError):
        client.send()


def test_input_that_nobody_asked_for_is_dropped() -> None:
    client = WebSocketClient("v5.channel.k8s.io", Wanted(stdout=True))
    assert client.send(bytes((STDIN,)) + b"in", b"", bytes((77,)) + b"?") == []


def test_output_that_nobody_asked_for_is_dropped() -> None:
    client = WebSocketClient("v4.channel.k8s.io", Wanted(stdout=True))
    assert client.receive() == [bytes((STDOUT,))]
    client.server.write(STDERR, b"oops")
    client.server.write(STDOUT, b"out")
    assert client.receive() == [bytes((STDOUT,)) + b"out"]


def test_broken_frames_close_the_connection() -> None:
    server = WebSocketCommand("v5.channel.k8s.io", ALL)
    assert server.feed(b"\xff" * 16) == [HangUp()]


def test_an_error_is_told_whole() -> None:
    text = "Internal error occurred: error executing command in container: no such file"
    status = make_end_status(1, text)
    assert (status["message"], status["reason"], status["code"]) == (text, "InternalError", 500)


def test_the_handshake_of_the_rfc() -> None:
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
