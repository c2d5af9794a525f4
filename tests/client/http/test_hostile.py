"""Clients that mean harm, or know no better: whatever they send, they are answered or dropped, and everybody else is served."""

from __future__ import annotations

import os
import random
import re
import socket

import pytest

from minikube_py.client.http.connection import encode_headers
from tests.client.http.conftest import Client, Echo, Serve

CASES = int(os.environ.get("FUZZ_CASES", "1500")) // 10
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /p HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ANSWER = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [A-Za-z -]*\r\n")
PIECES = (
    GET, HEAD, CHUNKED, b"\r\n", b"\n", b"\r", b"\x00", b" ", b"GET", b"POST / HTTP/1.0\r\n\r\n", b"Content-Length: 3\r\n\r\nabc",
    b"Content-Length: 0\r\n",
    b"Content-Length: 99999999999999999999\r\n", b"Content-Length: +3\r\n", b"Content-Length: 3, 3\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: identity\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n", b"-1\r\n", b"ffffffffffffffffffff\r\n", b"3;ext=\"x\r\n",
    b"zz\r\n", b"Host: y\r\n",
    b"A: b\r\n c\r\n", b"A : b\r\n", b": b\r\n", b"A\r\n", b"A: \x00\r\n", b"A: \xff\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n",
    b"Upgrade: h2c\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01",
    b"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /a\tb HTTP/1.1\r\n", b"x" * 3000,
)  # fmt: skip


def send_all(client: Client, data: bytes) -> bytes:
    """Send bytes and no more; return all that came back until the server hung up."""
    try:
        client.send(data)
        client.socket.shutdown(socket.SHUT_WR)
        return client.file.read()
    except (ConnectionResetError, BrokenPipeError):
        return b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (CHUNKED + b"zz\r\nab\r\n0\r\n\r\n", 400),
        (CHUNKED + b"-1\r\n", 400),
        (CHUNKED + b"f" * 30 + b"\r\n", 400),
        (CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n", 400),
        (CHUNKED + b"3;" + b"x" * 3000, 400),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (HEAD + b"Content-Length: 0x1\r\n\r\na", 400),
        (HEAD + b"A: b\x00c\r\n\r\n", 400),
        (HEAD + b"A\x00: b\r\n\r\n", 400),
        (HEAD + b"Host: y\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ],
)
def test_bad_framing_is_refused(serve: Serve, sent: bytes, status: int) -> None:
    with serve(head=2000) as dial:
        answer = send_all(dial(), sent + GET)
        assert [int(found) for found in ANSWER.findall(answer)] == [status]
        assert b"\r\nConnection: close\r\n" in answer


def test_chunks_count_where_a_length_is_given_too(serve: Serve, echo: Echo) -> None:
    """As Go reads it: what follows is never taken for another request."""
    with serve() as dial:
        sent = HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        assert len(ANSWER.findall(send_all(dial(), sent + GET))) == 2
    assert [(asked.target, asked.body) for asked in echo.asked] == [("/p", b"hello"), ("/a", b"")]


def test_tiny_chunks_are_one_body(serve: Serve, echo: Echo) -> None:
    with serve() as dial:
        client = dial()
        client.send(CHUNKED + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n")
        assert client.read_head()[0] == 200
    assert echo.asked[0].body == b"x" * 20_000


@pytest.mark.parametrize("batch", range(5))
def test_any_bytes_are_answered_or_dropped(serve: Serve, batch: int) -> None:
    with serve(head=2000, body=1000, head_seconds=5.0, body_seconds=5.0) as dial:
        for seed in range(batch * CASES // 5, (batch + 1) * CASES // 5):
            rng, client = random.Random(seed), dial()
            sent = b"".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6)))
            answer = send_all(client, sent)
            client.close()
            assert answer == b"" or ANSWER.match(answer), (seed, sent, answer)
            assert b" 500 " not in answer, (seed, sent, answer)
        client = dial()
        client.send(GET)
        assert client.read() == (200, "GET /a ")


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", HEAD + b"Content-Length: 9\r\n\r\n1", b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_many_that_do_nothing_stall_nobody(serve: Serve, sent: bytes) -> None:
    with serve() as dial:
        for _ in range(100):
            dial().send(sent)
        client = dial()
        for _ in range(3):
            client.send(GET)
            assert client.read() == (200, "GET /a ")


def test_who_is_gone_without_a_word_is_forgotten(serve: Serve) -> None:
    """A reset in the midst of anything, many times: the places are free again."""
    with serve(connections=5) as dial:
        for number in range(40):
            client = dial()
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            client.send((b"", GET, HEAD, CHUNKED + b"5\r\nab")[number % 4])
            client.close()
        for _ in range(1000):  # the last ones may still be on their way out
            if send_all(dial(), GET).startswith(b"HTTP/1.1 200 "):
                return
        pytest.fail("nobody is let in any more")


def test_a_header_cannot_hold_another_one() -> None:
    assert encode_headers([("Warning", "a\r\nSet-Cookie: b\n")]) == [(b"Warning", b"a  Set-Cookie: b ")]
