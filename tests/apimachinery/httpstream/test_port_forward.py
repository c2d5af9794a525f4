"""Sessions of port-forward as a client sees them: SPDY, SPDY in a WebSocket, and channels."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.httpstream.port_forward import (
    ChannelPortForward,
    Connect,
    GivenUp,
    HangUp,
    Sent,
    SpdyPortForward,
    TunnelledPortForward,
)
from minikube_py.apimachinery.httpstream.spdy import Data, Ended, SpdyConnection
from minikube_py.apimachinery.httpstream.websocket import WebSocket


def open_pair(spdy: SpdyConnection, request: str, port: str = "80") -> tuple[int, int]:
    error = spdy.open_stream({"streamType": "error", "port": port, "requestID": request})
    spdy.end(error)
    return error, spdy.open_stream({"streamType": "data", "port": port, "requestID": request})


def test_a_connection_is_a_pair_of_streams() -> None:
    client, server = SpdyConnection(client=True), SpdyPortForward()
    error, data = open_pair(client, "0")
    client.send(data, b"GET /")
    client.end(data)
    assert server.feed(client.take_output()) == [Connect("0", 80), Sent("0", b"GET /"), Sent("0", b"")]
    server.write("0", b"200 OK")
    server.end("0")
    assert client.feed(server.take_output()) == [Data(data, b"200 OK"), Ended(error), Ended(data)]


def test_a_refused_connection_says_why_and_others_go_on() -> None:
    client, server = SpdyConnection(client=True), SpdyPortForward()
    (error, data), (_, other) = open_pair(client, "0"), open_pair(client, "1", "81")
    assert server.feed(client.take_output()) == [Connect("0", 80), Connect("1", 81)]
    server.end("0", "connection refused")
    server.write("1", b"hello")
    assert client.feed(server.take_output()) == [
        Data(error, b"connection refused"),
        Ended(error),
        Ended(data),
        Data(other, b"hello"),
    ]


def test_who_names_no_request_pairs_neighbours() -> None:
    client, server = SpdyConnection(client=True), SpdyPortForward()
    error = client.open_stream({"streamtype": "error", "port": "80"})
    client.open_stream({"streamtype": "data", "port": "80"})
    assert server.feed(client.take_output()) == [Connect(str(error), 80)]


def test_a_reset_gives_a_connection_up() -> None:
    client, server = SpdyConnection(client=True), SpdyPortForward()
    _, data = open_pair(client, "0")
    server.feed(client.take_output())
    client.reset(data)
    assert server.feed(client.take_output()) == [GivenUp("0")]
    server.write("0", b"late")
    server.end("0")
    assert client.feed(server.take_output()) == []


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "\xb2"])
def test_a_port_that_is_none(port: str) -> None:
    client, server = SpdyConnection(client=True), SpdyPortForward()
    open_pair(client, "0", port)
    assert server.feed(client.take_output()) == []


def test_spdy_in_a_websocket() -> None:
    outer, inner, server = WebSocket(client=True), SpdyConnection(client=True), TunnelledPortForward()
    error, data = open_pair(inner, "0")
    outer.send(inner.take_output())
    assert server.feed(outer.take_output()) == [Connect("0", 80)]
    server.write("0", b"hello")
    server.end("0")
    answer = b"".join(part.data for part in outer.feed(server.take_output()))
    assert inner.feed(answer) == [Data(data, b"hello"), Ended(error), Ended(data)]
    outer.close()
    assert server.feed(outer.take_output()) == [HangUp()]


def test_channels_begin_with_their_port_and_close_with_the_last() -> None:
    client, server = WebSocket(client=True), ChannelPortForward([80, 8080])
    first = [part.data for part in client.feed(server.take_output())]
    assert first == [bytes((channel,)) + port.to_bytes(2, "little") for channel, port in enumerate((80, 80, 8080, 8080))]
    assert server.begin() == [Connect("0", 80), Connect("1", 8080)]
    client.send(b"\x02hello")
    client.send(b"\x03nobody reads errors here")
    assert server.feed(client.take_output()) == [Sent("1", b"hello")]
    server.end("0", "refused")
    assert not server.over
    server.write("1", b"bye")
    server.end("1")
    assert [part.data for part in client.feed(server.take_output())] == [b"\x01refused", b"\x02bye"]
    assert server.over and client.closed
