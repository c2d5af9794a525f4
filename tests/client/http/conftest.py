"""A server in a thread over a handler of the test's, and a client that speaks in bytes."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from minikube_py.client.http.records import Channel, Handler, Limits, Peer, Reply, Streamed, Upgrade
from minikube_py.client.http.server import Close, HttpServer, LoopThread
from minikube_py.client.http_message import PLAIN_TEXT, HttpAnswer, HttpRequest, make_answer, make_stream

LIMITS = Limits()
PATIENCE = 20.0  # seconds after which a test gives up


class Echo:
    """Says what it was asked, by path: `/stream`, `/blocking` and `/up` in other ways than at once."""

    def __init__(self) -> None:
        self.asked: list[HttpRequest] = []
        self.parts: Callable[[], AsyncGenerator[bytes, None]] = lambda: count_to(3)
        self.whole, self.is_over = b"", False
        self.blocking: Callable[[], Iterator[bytes]] = lambda: iter((b"one", b"", b"two"))

    async def answer(self, message: HttpRequest, peer: Peer) -> Reply:
        self.asked.append(message)
        if message.target == "/stream":
            return Streamed(200, (("Content-Type", "application/json"),), self.parts(), self._make_over())
        if message.target == "/whole":
            return make_answer(200, PLAIN_TEXT, self.whole)
        if message.target == "/blocking":
            return make_stream(PLAIN_TEXT, self.blocking())
        if message.target == "/up":
            return Upgrade((("Connection", "Upgrade"), ("Upgrade", "shout")), shout)
        return make_answer(200, PLAIN_TEXT, f"{message.method} {message.target} ".encode() + message.body)

    def _make_over(self) -> asyncio.Future[None] | None:
        if not self.is_over:
            return None
        over = asyncio.get_running_loop().create_future()
        over.set_result(None)
        return over

    def refuse(self, status: int, text: str) -> HttpAnswer:
        return make_answer(status, PLAIN_TEXT, text.encode())


async def count_to(number: int) -> AsyncGenerator[bytes, None]:
    for n in range(number):
        yield b"%d\n" % n


async def shout(channel: Channel) -> None:
    while data := await channel.read():
        await channel.write(data.upper())


class Client:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.file = connection.makefile("rb")

    def send(self, text: str | bytes) -> None:
        self.socket.sendall(text.encode().replace(b"\n", b"\r\n") if isinstance(text, str) else text)

    def read_head(self) -> tuple[int, dict[str, str]]:
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers

    def read(self) -> tuple[int, str]:
        """Return the status and body of the next answer, which says its length."""
        status, headers = self.read_head()
        return status, self.file.read(int(headers["content-length"])).decode()

    def read_chunk(self) -> bytes:
        data = self.file.read(int(self.file.readline(), 16))
        self.file.readline()
        return data

    def is_closed(self) -> bool:
        """Return whether the server closes the connection (waits for it)."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def read_to_end(self) -> bytes:
        """Return what is left to read of a connection that ended or broke off."""
        parts = []
        try:
            while part := self.socket.recv(1 << 20):
                parts.append(part)
        except ConnectionResetError:
            pass
        return b"".join(parts)

    def close(self) -> None:
        self.file.close()
        self.socket.close()


Serve = Callable[..., AbstractContextManager[Callable[[], Client]]]


@contextmanager
def listening(
    handler: Handler, limits: Limits = LIMITS, tls: ssl.SSLContext | None = None, end: Callable[[], object] = object
) -> Iterator[int]:
    """Serve in a thread; gives the port. `end` is called on its loop when all is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]

    async def begin() -> Close:
        server = HttpServer(handler, tls, limits)
        await server.start(listener)

        async def close() -> None:
            end()
            await server.close()

        return close

    thread = LoopThread(begin)
    thread.start()
    try:
        yield port
    finally:
        thread.stop()


@contextmanager
def serving(handler: Handler, limits: Limits, end: Callable[[], object] = object) -> Iterator[Callable[[], Client]]:
    """Serve in a thread; gives what opens a connection."""
    clients: list[Client] = []

    with listening(handler, limits, end=end) as port:

        def dial() -> Client:
            clients.append(Client(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)))
            return clients[-1]

        try:
            yield dial
        finally:
            for client in clients:
                client.close()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def serve(echo: Echo) -> Serve:
    """Gives `with serve(**limits) as dial`."""

    def begin(**limits: Any) -> AbstractContextManager[Callable[[], Client]]:
        return serving(echo, Limits(**limits))

    return begin
