"""Requests passed on to a server behind this one, and its answers passed back as they come; after an upgrade, bytes both ways."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, NamedTuple

import h11

from minikube_py.client.http.connection import encode_headers
from minikube_py.client.http.records import Channel, Streamed, Upgrade
from minikube_py.client.http.streams import STREAM_BYTES, SecureStream, Stream

MAX_HEAD = 1 << 20
HANDSHAKE_SECONDS = 10.0
OF_ONE_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    )
)


class Passed(NamedTuple):
    """A request as the server behind is to see it. `headers` are without those of one hop, lengths and `upgrade`."""

    method: str
    target: str
    headers: Iterable[tuple[str, str]]
    body: bytes = b""
    upgrade: str = ""  # the protocol that is wanted from here on


class Wire:
    """A connection to the server behind. It carries one request after the other; `ask` says whose turn it is."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)

    @property
    def is_open(self) -> bool:
        """Return whether the server has not hung up so far."""
        return self._stream.is_open

    def close(self) -> None:
        """End it."""
        self._stream.abort()  # what `drain` was waited for is on its way

    async def ask(self, request: Passed, release: Callable[[Wire], None] = close) -> Streamed | Upgrade:
        """Return the answer. When its body was read, `release` is given a wire that may carry another request; any other is closed.

        Raises ConnectionError where there is no answer.
        """
        try:
            self._write(request)
            await self._stream.drain()
            event = await self._next()
            while isinstance(event, h11.InformationalResponse) and event.status_code != 101:
                event = await self._next()
        except (h11.RemoteProtocolError, OSError) as error:
            self.close()
            raise ConnectionError("EOF") from error
        except BaseException:
            self.close()
            raise
        headers = [(name.decode(), value.decode("latin-1")) for name, value in event.headers.raw_items()]
        if event.status_code == 101:
            return Upgrade(tuple(headers), self._carry)
        kept = tuple((name, value) for name, value in headers if name.lower() not in (*OF_ONE_HOP, "date"))
        return Streamed(event.status_code, kept, _Body(self, release))

    def _write(self, request: Passed) -> None:
        length = [("Content-Length", str(len(request.body)))] if request.body or request.method not in ("GET", "HEAD") else []
        upgrade = [("Connection", "Upgrade"), ("Upgrade", request.upgrade)] if request.upgrade else []
        headers = encode_headers([*request.headers, *length, *upgrade])
        events: list[Any] = [h11.Request(method=request.method, target=request.target, headers=headers)]
        events += [h11.Data(data=request.body)] if request.body else []
        self._stream.write(b"".join(self._http.send(event) or b"" for event in (*events, h11.EndOfMessage())))

    async def _next(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._stream.read())
        if isinstance(event, h11.ConnectionClosed):
            raise ConnectionError("EOF")
        return event

    async def read_part(self) -> bytes | None:
        """Return what came next of an answer's body, None at its end. Raises ConnectionError where it breaks off."""
        try:
            event = await self._next()
        except h11.RemoteProtocolError as error:
            raise ConnectionError("unexpected EOF") from error
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def begin_anew(self) -> bool:
        """Return whether another request may follow."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _carry(self, channel: Channel) -> None:
        """Carry bytes both ways until one side is done."""
        tasks = [asyncio.create_task(self._carry_there(channel)), asyncio.create_task(self._carry_back(channel))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.close()

    async def _carry_there(self, channel: Channel) -> None:
        while data := await channel.read():
            self._stream.write(data)
            await self._stream.drain()

    async def _carry_back(self, channel: Channel) -> None:
        data = self._http.trailing_data[0]
        while data or (data := await self._stream.read()):
            await channel.write(data)
            data = b""


class _Body:
    """The body of an answer."""

    def __init__(self, wire: Wire, release: Callable[[Wire], None]) -> None:
        self._wire: Wire | None = wire
        self._release = release

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        part = None if self._wire is None else await self._wire.read_part()
        if part is None:
            wire, self._wire = self._wire, None
            if wire is not None:
                self._release(wire) if wire.begin_anew() else wire.close()
            raise StopAsyncIteration
        return part

    async def aclose(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()


async def open_wire(sock: socket.socket, tls: ssl.SSLContext | None = None, server_name: str = "") -> Wire:
    """Return a wire over a connected socket, which belongs to it. Raises OSError (ssl.SSLError among them)."""
    sock.setblocking(False)
    try:
        reader, writer = await asyncio.open_connection(sock=sock, limit=STREAM_BYTES)
    except BaseException:
        sock.close()
        raise
    if tls is None:
        return Wire(Stream(reader, writer))
    try:
        stream = SecureStream(reader, writer, tls, server_name)
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await stream.shake_hands()
    except BaseException:
        writer.transport.abort()
        raise
    return Wire(stream)
