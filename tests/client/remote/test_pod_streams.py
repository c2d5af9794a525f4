"""Streams to pods over WebSockets and SPDY: what is asked for, what comes, how they end, and what is said where there are none."""

from __future__ import annotations

import re
import select
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.httpstream import port_forward, remote_command
from minikube_py.apimachinery.httpstream.remote_command import (
    STDERR,
    STDOUT,
    V4,
    V5,
    SpdyCommand,
    Wanted,
    WebSocketCommand,
    make_end_status,
)
from minikube_py.apimachinery.httpstream.websocket import accept_key
from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.command_stream import BROKEN
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.identity import Identity
from minikube_py.client.remote.pod_streams import RemotePodStreams
from minikube_py.client.remote.tls import make_context
from minikube_py.client.remote.upgrades import Upgrader
from minikube_py.client.request import Unreachable
from minikube_py.client.streams import End, LogRequest, Output, Stream, StreamError
from minikube_py.client.transport.logged import RequestLog
from minikube_py.component_base.clock import FakeClock
from tests.client.peers import PATIENCE, Asked, Connection, Peer, Script, answering, reply, serving

Object = dict[str, Any]
V1 = "client.authentication.k8s.io/v1"
STATUS = {"kind": "Status", "status": "Failure", "message": 'pods "web" not found', "reason": "NotFound", "code": 404}


def open_streams(peer: Peer, read: Callable[[str], Iterator[bytes]] = lambda target: iter(())) -> RemotePodStreams:
    identity = Identity(Target("c", "default", {}, {"token": "secret"}, "ann"), FakeClock())
    dialer = Dialer(read_server(peer.url), lambda: make_context({}, None))
    return RemotePodStreams(Upgrader(dialer, identity, "kubectl"), read)


def accept(connection: Connection, asked: Asked, protocol: str) -> None:
    """Switch to WebSocket."""
    key = accept_key(asked.headers["sec-websocket-key"])
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {key}"]
    connection.send("\r\n".join([*lines, f"Sec-WebSocket-Protocol: {protocol}", "", ""]).encode())


Session = WebSocketCommand | SpdyCommand
Deal = Callable[[Session, remote_command.Event], bool]


def switch_to_spdy(connection: Connection, asked: Asked) -> None:
    protocol = asked.headers["x-stream-protocol-version"]
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: SPDY/3.1", "Connection: Upgrade"]
    connection.send("\r\n".join([*lines, f"X-Stream-Protocol-Version: {protocol}", "", ""]).encode())


def commanding(
    deal: Deal, asked: list[Asked], begin: Callable[[Session], None] = lambda session: None, *, spdy: bool = False
) -> Script:
    """Return a server of exec: `begin` may write at once, `deal` says of each event whether to go on. With `spdy` it refuses WebSockets."""

    def script(connection: Connection) -> None:
        request = connection.read()
        assert request is not None
        asked.append(request)
        if spdy and request.headers["upgrade"] == "websocket":
            connection.send(reply(403, STATUS))
            return
        session: Session = SpdyCommand(V4, Wanted(True, True, True)) if spdy else WebSocketCommand(V5, Wanted(True, True, True))
        if spdy:
            switch_to_spdy(connection, request)
        else:
            accept(connection, request, V5)
        begin(session)
        going = True
        while going:
            connection.send(session.take_output())
            data = connection.sock.recv(65536)
            going = bool(data) and all(deal(session, event) for event in session.feed(data))
        connection.send(session.take_output())

    return script


def read_all(stream: Stream) -> list[Output | End]:
    """Return everything up to the end, neighbouring pieces of a channel in one."""
    events: list[Output | End] = []
    while True:
        for event in stream.read():  # before it waits, as verbs do
            last = events[-1] if events else None
            if isinstance(event, Output) and isinstance(last, Output) and last.channel == event.channel:
                events[-1] = Output(last.channel, last.data + event.data)
            else:
                events.append(event)
        if events and isinstance(events[-1], End):
            return events
        assert select.select([stream], [stream] if stream.pending else [], [], PATIENCE)[0] or stream.pending, "nothing came"


def run(peer: Peer, stdin: bytes = b"") -> list[Output | End]:
    stream = open_streams(peer).exec("default", "web", "c", ["cat", "a b"], stdin=True, tty=False)
    with closing(stream):
        stream.write_stdin(stdin)
        stream.close_stdin()
        return read_all(stream)


def echo(session: Session, event: remote_command.Event) -> bool:
    if isinstance(event, remote_command.Stdin) and event.data:
        session.write(STDOUT, event.data)
    elif isinstance(event, remote_command.Stdin):
        session.write(STDERR, b"done")
        session.finish(make_end_status(0))
    return True


def test_a_command_over_spdy() -> None:
    """Where WebSockets are refused, as to whom a role lets create an exec, but not get one."""
    asked: list[Asked] = []
    data = bytes(range(256)) * 400
    with serving(commanding(echo, asked, spdy=True)) as peer:
        assert run(peer, data) == [Output(STDOUT, data), Output(STDERR, b"done"), End(0)]
    first, second = (one.line.split()[:2] for one in asked)
    assert (first[0], second[0], first[1]) == ("GET", "POST", second[1])
    assert asked[1].headers["x-stream-protocol-version"] == "v4.channel.k8s.io"


def test_a_command_over_spdy_that_fails() -> None:
    def finish(session: Session, event: remote_command.Event) -> bool:
        session.finish(make_end_status(3))
        return True

    with serving(commanding(finish, [], spdy=True)) as peer:
        assert run(peer) == [End(3)]


def test_a_command_reads_and_writes() -> None:
    asked: list[Asked] = []
    data = bytes(range(256)) * 400
    with serving(commanding(echo, asked)) as peer:
        assert run(peer, data) == [Output(STDOUT, data), Output(STDERR, b"done"), End(0)]
    target = "/api/v1/namespaces/default/pods/web/exec?command=cat&command=a+b&container=c&stdin=true&stdout=true&stderr=true"
    assert asked[0].line == f"GET {target} HTTP/1.1"
    assert asked[0].headers["sec-websocket-protocol"] == "v5.channel.k8s.io, v4.channel.k8s.io"
    assert asked[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("status", "end"),
    [
        pytest.param(make_end_status(0), End(0), id="well"),
        pytest.param(make_end_status(3), End(3), id="exit code"),
        pytest.param(
            make_end_status(1, "Internal error occurred: no such program"),
            End(1, "Internal error occurred: no such program"),
            id="error",
        ),
        pytest.param({"status": "Failure"}, End(1, BROKEN), id="nothing said"),
        pytest.param(None, End(1, BROKEN), id="broken off"),
    ],
)
def test_how_a_command_ends(status: Object | None, end: End) -> None:
    def finish(session: Session, event: remote_command.Event) -> bool:
        if status is not None:
            session.finish(status)
        return False

    with serving(commanding(finish, [])) as peer:
        assert run(peer)[-1] == end


def test_what_came_with_the_answer_is_not_lost() -> None:
    def begin(session: Session) -> None:
        session.write(STDOUT, b"early")
        session.finish(make_end_status(0))

    with serving(commanding(lambda session, event: True, [], begin)) as peer:
        assert run(peer) == [Output(STDOUT, b"early"), End(0)]


def test_a_terminal_has_a_size() -> None:
    def tell(session: Session, event: remote_command.Event) -> bool:
        if isinstance(event, remote_command.Size):
            session.write(STDOUT, f"{event.columns}x{event.rows}".encode())
            session.finish(make_end_status(0))
        return True

    with serving(commanding(tell, [])) as peer:
        stream = open_streams(peer).attach("default", "web", "", stdin=True, tty=True)
        with closing(stream):
            stream.resize(80, 25)
            assert read_all(stream) == [Output(STDOUT, b"80x25"), End(0)]


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        pytest.param(reply(404, STATUS), StatusError, 'pods "web" not found', id="Status"),
        pytest.param(reply(500, {**STATUS, "message": "no container"}), StatusError, "no container", id="fault"),
        pytest.param(reply(403, b"no", kind="text/plain"), StatusError, "no", id="text"),
        pytest.param(b"", Unreachable, "Unable to connect to the server: EOF", id="hung up"),
        pytest.param(b"what?\r\n\r\n", Unreachable, "Unable to connect to the server: EOF", id="no HTTP"),
    ],
)
def test_a_stream_that_is_refused(answer: bytes, kind: type[Exception], message: str) -> None:
    with serving(answering(answer)) as peer, pytest.raises(kind) as caught:
        run(peer)
    assert str(caught.value) == message


def test_a_token_that_is_refused_is_renewed_and_told_of(tmp_path: Path) -> None:
    """Also when it is an upgrade that was refused."""
    program = f"""
import json, pathlib
calls = pathlib.Path({str(tmp_path / "calls")!r})
token = "two" if calls.exists() else "one"
calls.touch()
print(json.dumps({{"apiVersion": {V1!r}, "kind": "ExecCredential", "status": {{"token": token}}}}))
"""
    plugin = {"apiVersion": V1, "interactiveMode": "Never", "command": sys.executable, "args": ["-c", program]}
    asked: list[Asked] = []
    lines: list[str] = []
    with serving(answering(reply(401, STATUS), reply(404, STATUS), asked=asked)) as peer, pytest.raises(StatusError):
        identity = Identity(Target("c", "default", {}, {"exec": plugin}, "ann"), FakeClock())
        upgrader = Upgrader(Dialer(read_server(peer.url), lambda: make_context({}, None)), identity, "kubectl")
        upgrader.log = RequestLog(6, lambda line, file, text: lines.append(text), lambda: 5.0)
        RemotePodStreams(upgrader, lambda target: iter(())).attach("default", "web", "", stdin=False, tty=False)
    assert [one.headers["authorization"] for one in asked] == ["Bearer one", "Bearer two", "Bearer two"]
    told = [re.fullmatch(r'"Response" verb="(\w+)" .* status="(\w+) .*', line) for line in lines]
    assert [line and line.groups() for line in told] == [("GET", "401"), ("GET", "404"), ("POST", "404")]


def test_a_wrong_handshake_is_refused() -> None:
    wrong = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
    with serving(answering(wrong)) as peer, pytest.raises(Unreachable, match="handshake is wrong"):
        run(peer)


REFUSED = "error forwarding port 81 to pod web: connection refused"


def forward(connection: Connection, session: port_forward.PortForward) -> None:
    """Serve connections: port 81 is refused, others say everything in capitals."""
    while data := connection.sock.recv(65536):
        for event in session.feed(data):
            if isinstance(event, port_forward.Connect) and event.port == 81:
                session.end(event.connection, REFUSED)
            elif isinstance(event, port_forward.Sent) and event.data:
                session.write(event.connection, event.data.upper())
            elif isinstance(event, port_forward.Sent):
                session.end(event.connection)
        connection.send(session.take_output())


def tunnelling(connection: Connection) -> None:
    asked = connection.read()
    assert asked is not None
    accept(connection, asked, asked.headers["sec-websocket-protocol"])
    forward(connection, port_forward.TunnelledPortForward())


def speak_spdy(connection: Connection) -> None:
    """Know SPDY only, as servers did once."""
    asked = connection.read()
    if asked and asked.headers["upgrade"] == "websocket":
        connection.send(reply(403, b"no", kind="text/plain"))
    elif asked:
        switch_to_spdy(connection, asked)
        forward(connection, port_forward.SpdyPortForward())


SERVERS = pytest.mark.parametrize("script", [tunnelling, speak_spdy], ids=["in a WebSocket", "plain SPDY"])


def receive_all(sock: socket.socket) -> bytes:
    sock.settimeout(PATIENCE)
    data = b""
    while part := sock.recv(65536):
        data += part
    return data


@SERVERS
def test_a_connection_to_a_port(script: Script) -> None:
    with serving(script) as peer:
        dial = open_streams(peer).open_port_forward("default", "web")
        for text in (b"one", b"two" * 50_000):
            with dial(80) as local:
                local.sendall(text)
                local.shutdown(socket.SHUT_WR)
                assert receive_all(local) == text.upper()
                assert getattr(local, "failure") == ""  # noqa: B009 - what forwards asks so


@SERVERS
def test_a_refused_port_says_why(script: Script) -> None:
    with serving(script) as peer, open_streams(peer).port_forward("default", "web", 81) as local:
        assert receive_all(local) == b""
        assert getattr(local, "failure") == REFUSED  # noqa: B009


def test_a_session_that_is_refused_is_so_at_once() -> None:
    with serving(answering(reply(404, STATUS))) as peer, pytest.raises(StreamError) as caught:
        open_streams(peer).open_port_forward("default", "web")
    assert str(caught.value) == 'error upgrading connection: pods "web" not found'


def test_a_log_is_asked_for_as_wanted() -> None:
    targets: list[str] = []

    def read(target: str) -> Iterator[bytes]:
        targets.append(target)
        return iter((b"line\n",))

    with serving(answering(reply())) as peer:
        request = LogRequest("c", follow=True, tail_lines=0, since=0.0, timestamps=True)
        assert list(open_streams(peer, read).logs("default", "web", request)) == [b"line\n"]
    wanted = "container=c&follow=true&tailLines=0&sinceTime=1970-01-01T00%3A00%3A00Z&timestamps=true"
    assert targets == [f"/api/v1/namespaces/default/pods/web/log?{wanted}"]
