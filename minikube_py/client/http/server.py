"""A server of HTTP/1.1, with or without TLS, on sockets that listen already; and the same in a thread of any process."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from minikube_py.client.http.connection import Connection
from minikube_py.client.http.records import Handler, Limits

STREAM_BYTES = 128 << 10
TLS_END_SECONDS = 2.0


class HttpServer:
    """Gives what clients ask to a handler. Lives on one event loop: `start`, then `close`."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None, limits: Limits = Limits()) -> None:  # noqa: B008
        self._handler, self._tls, self._limits = handler, tls, limits
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Serve on a socket that listens. It belongs to the server from here on."""
        seconds, end_seconds = (self._limits.handshake_seconds, TLS_END_SECONDS) if self._tls else (None, None)
        self._server = await asyncio.start_server(
            self._accept,
            sock=listener,
            ssl=self._tls,
            limit=STREAM_BYTES,
            backlog=512,
            ssl_handshake_timeout=seconds,
            ssl_shutdown_timeout=end_seconds,
        )

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._serving) >= self._limits.connections:
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving[task] = writer
        task.add_done_callback(lambda done: self._serving.pop(done, None))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Connection((reader, writer), self._handler, self._limits).serve()
        finally:
            await close_writer(writer)

    async def close(self) -> None:
        """End every connection and let go of the socket."""
        if self._server is not None:
            self._server.close()
        tasks = dict(self._serving)
        for task, writer in tasks.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None


async def close_writer(writer: asyncio.StreamWriter) -> None:
    """Send what is left and end a connection, by force where the other end does not take it."""
    writer.close()
    try:
        async with asyncio.timeout(2.0):
            await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.CancelledError):
        writer.transport.abort()
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(0)


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
