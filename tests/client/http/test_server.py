"""What a client meets on a connection: HTTP's rules, limits, streams and upgrades."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import threading
from collections.abc import AsyncGenerator, Iterator

import pytest

from minikube_py.client.http.connection import PART, read_target
from minikube_py.client.http.server import HttpServer
from minikube_py.client.http.streams import CHUNK
from tests.client.http.conftest import PATIENCE, Echo, Serve

GET = "GET {} HTTP/1.1\nHost: x\n\n"


def test_one_connection_answers_many_requests(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        for path in ("/a", "/b?c=d"):
            client.send(GET.format(path))
            assert client.read() == (200, f"GET {path} ")


def test_requests_may_be_sent_ahead(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send(GET.format("/a") + GET.format("/b"))
        assert [client.read(), client.read()] == [(200, "GET /a "), (200, "GET /b ")]


@pytest.mark.parametrize(
    "body",
    ["Content-Length: 5\n\nhello", "Transfer-Encoding: chunked\n\n2\nhe\n3\nllo\n0\n\n"],
    ids=["length", "chunks"],
)
def test_bodies(serve: Serve, body: str) -> None:
    with serve() as dial:
        client = dial()
        client.send(f"POST / HTTP/1.1\nHost: x\n{body}")
        assert client.read() == (200, "POST / hello")


def test_a_client_that_asks_first_is_told_to_go_on(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send("POST / HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 2\n\n")
        assert client.read_head()[0] == 100
        client.send("hi")
        assert client.read() == (200, "POST / hi")


def test_a_long_answer_arrives_whole_and_others_follow(serve: Serve) -> None:
    body = "".join(map(str, range(3 * PART // 5)))
    with serve() as dial:
        client = dial()
        client.send(f"POST /a HTTP/1.1\nHost: x\nContent-Length: {len(body)}\n\n{body}" + GET.format("/b"))
        assert len(body) > 2 * PART
        assert client.read() == (200, f"POST /a {body}")
        assert client.read() == (200, "GET /b ")


def test_head_has_no_body(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send("HEAD /a HTTP/1.1\nHost: x\n\n" + GET.format("/b"))
        assert client.read_head()[0] == 200
        assert client.read() == (200, "GET /b ")


@pytest.mark.parametrize("path", ["/stream", "/blocking"])
def test_head_of_a_stream_has_none_either(serve: Serve, path: str) -> None:
    with serve() as dial:
        client = dial()
        client.send(f"HEAD {path} HTTP/1.1\nHost: x\n\n" + GET.format("/b"))
        assert client.read_head()[0] == 200
        assert client.read() == (200, "GET /b ")


def test_headers_that_stand_twice_are_joined(serve: Serve, echo: Echo) -> None:
    with serve() as dial:
        client = dial()
        client.send("GET / HTTP/1.1\nHost: x\nImpersonate-Group: a\nImpersonate-Group: b\n\n")
        client.read()
    assert echo.asked[0].header("impersonate-group") == "a,b"


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("POST / HTTP/1.1\nHost: x\nContent-Length: 11\n\n", 413),
        ("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n6\n123456\n6\n123456\n0\n\n", 413),
        ("GET / HTTP/1.1\nHost: x\nLong: " + "x" * 3000, 431),
        ("GET /\n\n", 400),
        ("GET / HTTP/1.1\n\n", 400),
        ("GET / HTTP/1.1\nHost: x\nContent-Length: -1\n\n", 400),
        ("GET / HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\n", 400),
        ("GET / HTTP/1.1\nHost : x\n\n", 400),
        ("GET * HTTP/1.1\nHost: x\n\n", 400),
        ("\x16\x03\x01\n\n", 400),
    ],
    ids=[
        "long body",
        "long chunks",
        "long head",
        "no version",
        "no host",
        "negative",
        "two lengths",
        "odd name",
        "star",
        "tls",
    ],
)
def test_what_breaks_the_rules_is_refused_and_ends_the_connection(serve: Serve, request_text: str, status: int) -> None:
    with serve(body=10, head=2000) as dial:
        client = dial()
        client.send(request_text)
        got, headers = client.read_head()
        assert (got, headers["connection"]) == (status, "close")
        client.file.read(int(headers["content-length"]))
        assert client.is_closed()


@pytest.mark.parametrize(
    "sent",
    ["", "GET / HTTP/1.1\nHost: x\n", "POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n123"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_dawdles_is_dropped(serve: Serve, sent: str) -> None:
    with serve(idle_seconds=0.05, head_seconds=0.05, body_seconds=0.05) as dial:
        client = dial()
        client.send(sent)
        assert client.is_closed()


async def begin_and_wait() -> AsyncGenerator[bytes, None]:
    yield b"begun"
    await asyncio.Event().wait()


def test_no_more_connections_than_the_limit(serve: Serve, echo: Echo) -> None:
    echo.parts = begin_and_wait
    with serve(connections=1) as dial:
        first = dial()
        first.send(GET.format("/stream"))
        first.read_head()
        assert first.read_chunk() == b"begun"
        assert dial().is_closed()


@pytest.mark.parametrize(
    "sent",
    ["", "GET / HTTP/1.1\nHost: x\n", "POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n123", "nonsense\n\n", GET.format("/a")],
    ids=["nothing", "half a head", "half a body", "nonsense", "one request and no more"],
)
def test_who_says_nothing_makes_room_for_others(serve: Serve, echo: Echo, sent: str) -> None:
    echo.parts = begin_and_wait
    with serve(connections=3) as dial:
        busy = dial()
        busy.send(GET.format("/stream"))
        busy.read_head()
        assert busy.read_chunk() == b"begun"
        for _ in range(10):
            dial().send(sent)
        client = dial()
        client.send(GET.format("/b"))
        assert client.read() == (200, "GET /b ")
        busy.socket.setblocking(False)
        with pytest.raises(BlockingIOError):  # it is still there
            busy.socket.recv(1)


def test_bodies_without_an_end_do_not_fill_the_memory(serve: Serve) -> None:
    """Of all together: the first ones go."""
    with serve(bodies=100_000, body=60_000) as dial:
        held = [dial() for _ in range(3)]
        for client in held:
            client.send("POST / HTTP/1.1\nHost: x\nContent-Length: 60000\n\n" + "x" * 40_000)
        assert held[0].is_closed()
        for client in held[1:]:
            client.send("x" * 20_000)
            assert client.read()[0] == 200


@pytest.mark.parametrize(("path", "parts"), [("/stream", [b"0\n", b"1\n", b"2\n"]), ("/blocking", [b"one", b"two"])])
def test_streams_come_part_by_part(serve: Serve, path: str, parts: list[bytes]) -> None:
    with serve() as dial:
        client = dial()
        client.send(GET.format(path) + GET.format("/next"))
        assert client.read_head()[1]["transfer-encoding"] == "chunked"
        assert [client.read_chunk() for _ in (*parts, "end")] == [*parts, b""]
        assert client.read() == (200, "GET /next ")


def test_a_stream_to_an_old_client_ends_with_the_connection(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send("GET /stream HTTP/1.0\n\n")
        client.read_head()
        assert client.file.read() == b"0\n1\n2\n"


def test_a_stream_is_closed_when_its_client_goes(serve: Serve, echo: Echo) -> None:
    closed = threading.Event()

    async def wait_for_ever() -> AsyncGenerator[bytes, None]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            closed.set()

    echo.parts = wait_for_ever
    with serve() as dial:
        client = dial()
        client.send(GET.format("/stream"))
        client.read_head()
        assert client.read_chunk() == b"first"
        client.close()
        assert closed.wait(PATIENCE)


def test_an_iterator_that_blocks_is_closed_when_its_client_goes(serve: Serve, echo: Echo) -> None:
    closed, turn = threading.Event(), threading.Event()

    def give_nothing() -> Iterator[bytes]:
        try:
            yield b"first"
            while not turn.wait(0.01):
                yield b""
        finally:
            closed.set()

    echo.blocking = give_nothing
    with serve() as dial:
        client = dial()
        client.send(GET.format("/blocking"))
        client.read_head()
        assert client.read_chunk() == b"first"
        client.close()
        assert closed.wait(PATIENCE)


MUCH = 20 << 20  # more than sockets hold


def test_an_answer_that_nobody_reads_is_dropped_and_a_stream_is_not(serve: Serve, echo: Echo) -> None:
    """The one is in memory, of the other what is not read is not made. Both have rested as long when the one is dropped."""
    ended = threading.Event()

    async def give_much() -> AsyncGenerator[bytes, None]:
        for _ in range(MUCH // CHUNK):
            yield b"x" * CHUNK
        ended.set()

    echo.parts = give_much
    echo.whole = b"y" * MUCH
    with serve(write_seconds=0.05, body_seconds=0.5) as dial:
        stream, answer, other = dial(), dial(), dial()
        stream.send(GET.format("/stream"))
        assert stream.read_head()[0] == 200
        answer.send(GET.format("/whole"))
        assert answer.read_head()[0] == 200
        other.send("POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n123")
        assert other.is_closed()  # the clock of this test: longer than an answer may wait
        assert len(answer.read_to_end()) < MUCH
        assert not ended.is_set()
        assert sum(map(len, iter(stream.read_chunk, b""))) == MUCH


def test_a_stream_that_is_over_waits_for_its_reader_no_longer_than_an_answer(serve: Serve, echo: Echo) -> None:
    closed = threading.Event()

    async def give_much() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x" * CHUNK
        finally:
            closed.set()

    echo.parts, echo.is_over = give_much, True
    with serve(write_seconds=0.05) as dial:
        dial().send(GET.format("/stream"))
        assert closed.wait(PATIENCE)


def test_an_answer_goes_on_as_long_as_somebody_reads(serve: Serve, echo: Echo) -> None:
    echo.whole = b"y" * MUCH
    with serve(write_seconds=PATIENCE) as dial:
        client = dial()
        client.send(GET.format("/whole") + GET.format("/next"))
        assert len(client.read()[1]) == MUCH
        assert client.read() == (200, "GET /next ")


def test_an_upgrade_hands_the_connection_over(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send("GET /up HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: shout\n\nahead")
        assert client.read_head() == (101, {"connection": "Upgrade", "upgrade": "shout"})
        assert client.file.read(5) == b"AHEAD"
        client.send(b"more")
        assert client.file.read(4) == b"MORE"


def test_an_upgrade_may_be_declined(serve: Serve) -> None:
    with serve() as dial:
        client = dial()
        client.send("GET /a HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: shout\n\n" + GET.format("/b"))
        assert [client.read(), client.read()] == [(200, "GET /a "), (200, "GET /b ")]


@pytest.mark.parametrize(
    ("raw", "target"),
    [(b"/a?b=c", "/a?b=c"), (b"https://x:1/a?b", "/a?b"), (b"http://x", "/"), (b"//a", "//a")],
)
def test_targets(raw: bytes, target: str) -> None:
    assert read_target(raw) == target


async def break_off(echo: Echo, text: bytes) -> list[asyncio.StreamWriter]:
    """Serve a client that sends this and is gone; return what is left of its connection without any collection."""
    server, listener = HttpServer(echo), socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    await server.start(listener)
    with socket.create_connection(address) as client:
        client.sendall(text)
        while not (serving := asyncio.all_tasks() - {asyncio.current_task()}):
            await asyncio.sleep(0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
    await asyncio.wait(serving)
    await server.close()
    return [kept for kept in gc.get_objects() if isinstance(kept, asyncio.StreamWriter)]


@pytest.mark.parametrize("text", ["GET /stream", "POST /a HTTP/1.1\nHost: x\nContent-Length: 5\n\nhe"], ids=["head", "body"])
def test_a_connection_that_breaks_off_is_let_go_at_once(echo: Echo, text: str) -> None:
    """Its buffers are large, and the collector looks for circles only now and then."""
    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(break_off(echo, text.replace("\n", "\r\n").encode())) == []
    finally:
        gc.enable()
