"""The plain HTTP server: reading requests, writing answers whole and in chunks."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.client.http_message import HttpAnswer, HttpRequest, make_answer, make_stream
from minikube_py.kubectl.http_server import HttpServer, listen, listen_unix


class Echo:
    """Answers with what it was asked; streams where the path says so, until the caller is gone."""

    closed = threading.Semaphore(0)
    ended = threading.Semaphore(0)

    def answer(self, message: HttpRequest) -> HttpAnswer:
        if message.target == "/endless":
            return make_stream("text/plain", self.stream())
        if message.target == "/stream":
            return make_stream("text/plain", iter((b"one", b"", b"two")))
        if message.target == "/nothing":
            return HttpAnswer(304, (), iter((b"",)))
        said = f"{message.method} {message.target} {message.header('x-who')} {message.body.decode()}"
        return make_answer(418 if message.target == "/tea" else 200, "text/plain", said.encode(), ("X-More", "1"))

    def stream(self) -> Iterator[bytes]:
        try:
            yield b"first"
            while True:
                yield b""
        finally:
            self.ended.release()

    def close(self) -> None:
        self.closed.release()


@pytest.fixture
def port() -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    server = HttpServer(listener, Echo, keepalive=30)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield listener.getsockname()[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    yield connection
    connection.close()


def test_several_requests_on_one_connection(client: http.client.HTTPConnection) -> None:
    for method in ("GET", "PATCH", "OPTIONS"):
        client.request(method, "/x?a=b", body=b"body" if method == "PATCH" else None, headers={"X-Who": "me"})
        answer = client.getresponse()
        assert answer.read().decode() == f"{method} /x?a=b me {'body' if method == 'PATCH' else ''}"
        assert answer.getheader("X-More") == "1"


def test_status_and_no_body(client: http.client.HTTPConnection) -> None:
    client.request("GET", "/tea")
    answer = client.getresponse()
    assert answer.status == 418
    answer.read()
    client.request("HEAD", "/x")
    answer = client.getresponse()
    assert (answer.getheader("Content-Length"), answer.read()) == ("9", b"")
    client.request("GET", "/nothing")
    answer = client.getresponse()
    assert (answer.status, answer.read()) == (304, b"")


def test_chunks_both_ways(client: http.client.HTTPConnection) -> None:
    client.request("GET", "/stream")
    answer = client.getresponse()
    assert answer.getheader("Transfer-Encoding") == "chunked"
    assert answer.read() == b"onetwo"
    client.request("POST", "/x", body=iter((b"a", b"b")), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    assert client.getresponse().read() == b"POST /x  ab"


def test_who_hangs_up_ends_the_stream(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b"first" not in received:
            received += connection.recv(1024)
    assert Echo.ended.acquire(timeout=20)
    assert Echo.closed.acquire(timeout=20)


@pytest.mark.parametrize("length", ["x", "-1", "\xb2", "99999999999"])
def test_lengths_that_make_no_sense(port: int, length: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode("latin-1"))
        assert connection.recv(1024).startswith(b"HTTP/1.1 413 ")


def test_a_unix_socket_is_its_owners_and_replaced(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    first = listen_unix(path)
    second = listen_unix(path)
    assert (tmp_path / "s").stat().st_mode & 0o077 == 0
    first.close()
    second.close()
