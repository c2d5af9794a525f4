"""A server of HTTP/1.1, with or without TLS, on sockets that listen already; and the same in a thread of any process."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from minikube_py.client.http.connection import Connection, forget_place
from minikube_py.client.http.records import Handler, Limits
from minikube_py.client.http.sockets import keep_alive
from minikube_py.client.http.streams import STREAM_BYTES, SecureStream, Stream
from minikube_py.client.http.waiting import Waiting

LAST_BYTES = 64 << 10  # that somebody may still send whose handshake failed
END_SECONDS = 2.0
ACCEPTED_AT_ONCE = 64
FULL_SECONDS = 0.5  # until it is tried again when no descriptor was left
TURNS = 5  # of the loop, in which transports that were aborted close their sockets


class HttpServer:
    """Gives what clients ask to a handler. Lives on one event loop: `start`, then `close`.

    It accepts by itself: asyncio's own servers lose the sockets of those who are in the midst of coming when the server ends.
    """

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None, limits: Limits = Limits()) -> None:  # noqa: B008
        self._handler, self._tls, self._limits = handler, tls, limits
        self._waiting = Waiting(limits.bodies)
        self._serving: dict[asyncio.Task[None], socket.socket] = {}
        self._listener: socket.socket | None = None
        self._loop = asyncio.get_running_loop()

    async def start(self, listener: socket.socket) -> None:
        """Serve on a socket that listens. It belongs to the server from here on."""
        listener.setblocking(False)
        self._listener = listener
        self._loop.add_reader(listener, self._accept)

    def _accept(self) -> None:
        """Take in who waits."""
        for _ in range(ACCEPTED_AT_ONCE):
            if self._listener is None:
                return
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no descriptor is left: who waits, waits until some are
                for _ in range(ACCEPTED_AT_ONCE):
                    self._waiting.make_room()
                self._loop.remove_reader(self._listener)
                self._loop.call_later(FULL_SECONDS, self._accept_again)
                return
            if len(self._serving) >= self._limits.connections and not self._waiting.make_room():
                connection.close()
                continue
            connection.setblocking(False)
            keep_alive(connection)
            task = self._loop.create_task(self._serve(connection))
            self._serving[task] = connection
            self._waiting.begin(task)
            task.add_done_callback(self._forget)

    def _accept_again(self) -> None:
        if self._listener is not None:
            self._loop.add_reader(self._listener, self._accept)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._waiting.end(task)
        self._serving.pop(task).close()

    async def _serve(self, connection: socket.socket) -> None:
        reader = asyncio.StreamReader(STREAM_BYTES)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await self._loop.connect_accepted_socket(lambda: protocol, connection)
        try:
            writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
            stream = Stream(reader, writer) if self._tls is None else await self._shake_hands(reader, writer, self._tls)
            await Connection(stream, self._handler, self._limits, self._waiting).serve()
            await close_stream(stream)
        except OSError as error:  # no TLS was agreed on, or the client left in the midst of that
            forget_place(error)
        finally:
            transport.abort()

    async def _shake_hands(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> Stream:
        stream = SecureStream(reader, writer, tls)
        try:
            async with asyncio.timeout(self._limits.handshake_seconds):
                await stream.shake_hands()
        except ssl.SSLError:  # it was told why: an end with data unread would be a reset, and take that back
            writer.write_eof()
            async with asyncio.timeout(END_SECONDS):
                await reader.read(LAST_BYTES)
            raise
        return stream

    async def close(self) -> None:
        """End every connection and let go of the socket."""
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        tasks = list(self._serving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(TURNS):
            await asyncio.sleep(0)


async def close_stream(stream: Stream) -> None:
    """Send what is left and end a connection; not every client takes it."""
    stream.close()
    try:
        async with asyncio.timeout(END_SECONDS):
            await stream.wait_closed()
    except OSError as error:
        forget_place(error)


Close = Callable[[], Coroutine[Any, Any, None]]


class LoopThread:
    """An event loop in a thread of its own. `begin` is run on it and returns what ends again what it began."""

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, Close]]) -> None:
        self._begin = begin
        self._begun = threading.Event()
        self._end: Callable[[], object] = lambda: None
        self._executor = ThreadPoolExecutor(1, "http-server")
        self._done: Future[None] | None = None

    def start(self) -> None:
        """Return when it serves. Raises what `begin` raised."""
        self._done = self._executor.submit(asyncio.run, self._run())
        self._done.add_done_callback(lambda done: self._begun.set())
        self._begun.wait()
        if self._done.done():
            self.stop()

    def stop(self) -> None:
        """End it; when this returns its thread and sockets are gone. Raises what it failed with."""
        self._end()
        try:
            if self._done is not None:
                self._done.result()
        finally:
            self._executor.shutdown()

    async def _run(self) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        close = await self._begin()
        self._end = partial(loop.call_soon_threadsafe, ended.set)
        self._begun.set()
        try:
            await ended.wait()
        finally:
            self._end = lambda: None
            await close()
