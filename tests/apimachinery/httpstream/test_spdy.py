"""SPDY/3: two sides of a connection understand each other, however the bytes are cut, and nonsense ends it."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.httpstream.spdy import (
    CHUNK,
    MAX_FRAME,
    MAX_HEADERS,
    Data,
    Ended,
    Event,
    Farewell,
    Opened,
    Reset,
    SpdyConnection,
    SpdyError,
)
from minikube_py.apimachinery.httpstream.spdy_dictionary import DICTIONARY

HEADERS = {"streamtype": "data", "port": "80"}


def pair() -> tuple[SpdyConnection, SpdyConnection]:
    return SpdyConnection(client=True), SpdyConnection()


def carry(sender: SpdyConnection, receiver: SpdyConnection) -> list[Event]:
    return receiver.feed(sender.take_output())


def test_the_dictionary_is_the_drafts() -> None:
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


def test_streams_are_opened_by_both_sides() -> None:
    client, server = pair()
    assert [client.open_stream(HEADERS), client.open_stream({"Streamtype": "error"})] == [1, 3]
    assert carry(client, server) == [Opened(1, HEADERS), Opened(3, {"streamtype": "error"})]
    assert carry(server, client) == []  # the replies
    assert server.open_stream({}) == 2
    assert carry(server, client) == [Opened(2, {})]


def test_ends_of_both_directions_are_apart() -> None:
    client, server = pair()
    stream = client.open_stream(HEADERS)
    client.send(stream, b"question")
    client.end(stream)
    assert carry(client, server)[1:] == [Data(stream, b"question"), Ended(stream)]
    server.send(stream, b"answer")
    server.end(stream)
    server.send(stream, b"too late")
    assert carry(server, client) == [Data(stream, b"answer"), Ended(stream)]


def test_what_comes_for_a_stream_that_was_given_up_is_nothing() -> None:
    client, server = pair()
    stream = client.open_stream(HEADERS)
    carry(client, server)
    server.reset(stream)
    client.send(stream, b"under way")
    client.end(stream)
    assert carry(client, server) == []
    assert carry(server, client) == [Reset(stream)]
    other = client.open_stream(HEADERS)
    carry(client, server)
    server.reset(other)
    assert carry(server, client) == [Reset(other)]


def test_pings_are_answered_and_farewells_heard() -> None:
    client, server = pair()
    client.ping()
    assert carry(client, server) == []
    assert carry(server, client) == []
    assert client.take_output() == b""  # an answer is not answered
    server.say_farewell()
    assert carry(server, client) == [Farewell()]


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.binary(max_size=3 * CHUNK)), max_size=6), st.integers(1, 50_000))
def test_bytes_arrive_in_order_however_they_are_cut(sent: list[tuple[int, bytes]], step: int) -> None:
    client, server = pair()
    streams = [client.open_stream({"n": str(n)}) for n in range(3)]
    for which, data in sent:
        client.send(streams[which], data)
    wire = client.take_output()
    events = [event for start in range(0, len(wire), step) for event in server.feed(wire[start : start + step])]
    for which, stream in enumerate(streams):
        got = b"".join(event.data for event in events if isinstance(event, Data) and event.stream == stream)
        assert got == b"".join(data for number, data in sent if number == which)


def control(kind: int, payload: bytes, version: int = 3) -> bytes:
    return struct.pack(">HHI", 0x8000 | version, kind, len(payload)) + payload


def with_headers(block: bytes) -> bytes:
    deflated = zlib.compressobj(zdict=DICTIONARY)
    return control(1, struct.pack(">IIH", 1, 0, 0) + deflated.compress(block) + deflated.flush(zlib.Z_SYNC_FLUSH))


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(control(6, bytes(4), version=2), id="another version"),
        pytest.param(control(77, bytes(8)), id="unknown frame"),
        pytest.param(control(6, b""), id="short ping"),
        pytest.param(control(1, bytes(10) + b"no zlib"), id="headers that are not compressed"),
        pytest.param(with_headers(struct.pack(">I", 9)), id="headers that are not there"),
        pytest.param(with_headers(struct.pack(">II", 1, 1 << 30)), id="a name that is too long"),
        pytest.param(with_headers(bytes(MAX_HEADERS + 1)), id="a bomb"),
        pytest.param(with_headers(struct.pack(">II", 1, 1) + b"\xff" + struct.pack(">I", 0)), id="not UTF-8"),
        pytest.param(struct.pack(">II", 1, MAX_FRAME + 1), id="a frame that is too large"),
        pytest.param(control(1, struct.pack(">IIH", 2, 0, 0)) * 2, id="a stream of the wrong side"),
    ],
)
def test_nonsense_ends_the_connection(wire: bytes) -> None:
    with pytest.raises(SpdyError):
        SpdyConnection().feed(wire)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(wire: bytes) -> None:
    try:
        SpdyConnection().feed(wire)
    except SpdyError:
        return
