"""port-forward over an upgraded connection: many connections to a pod's ports in one session."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from minikube_py.apimachinery.httpstream.port_forward import Connect, GivenUp, HangUp, PortForward, Sent
from minikube_py.apimachinery.httpstream.spdy import SpdyError
from minikube_py.client.http.records import Channel
from minikube_py.client.streams import StreamError

CHUNK = 32 << 10
QUEUE = 32  # pieces for a pod that may wait before no more is read of the client
Dial = Callable[[int], Awaitable[socket.socket]]
Pieces = asyncio.Queue[bytes | None]  # b"" is the end of what the client sends, None that it gave up


class ForwardSession:
    """Serves one session; `dial` connects to a port of the pod and raises StreamError."""

    def __init__(self, channel: Channel, session: PortForward, dial: Dial) -> None:
        self._channel, self._session, self._dial = channel, session, dial
        self._pieces: dict[str, Pieces] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Carry connections until the client hangs up or talks nonsense."""
        try:
            await self._flush()
            for event in self._session.begin():
                await self._take(event)
            with suppress(SpdyError, ValueError):
                await self._listen()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        while not self._session.over:
            for event in self._session.feed(await self._channel.read()):
                if isinstance(event, HangUp):
                    return
                await self._take(event)
            await self._flush()

    async def _take(self, event: Connect | Sent | GivenUp) -> None:
        if isinstance(event, Connect):
            pieces = self._pieces[event.connection] = asyncio.Queue(QUEUE)
            task = asyncio.ensure_future(self._serve(event, pieces))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif event.connection in self._pieces:
            await self._pieces[event.connection].put(event.data if isinstance(event, Sent) else None)

    async def _flush(self) -> None:
        await self._channel.write(self._session.take_output())

    async def _serve(self, wanted: Connect, pieces: Pieces) -> None:
        """Carry one connection from its beginning to its end."""
        error = ""
        try:
            sock = await self._dial(wanted.port)
            sock.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=sock)
            try:
                await self._carry(wanted.connection, reader, writer, pieces)
            finally:
                writer.close()
        except StreamError as failure:
            error = str(failure)
        except OSError:
            error = ""  # the pod's side broke off: the connection ends, as it would there
        del self._pieces[wanted.connection]
        while not pieces.empty():
            pieces.get_nowait()  # whoever waits to put a piece goes on
        self._session.end(wanted.connection, error)
        await self._flush()

    async def _carry(self, connection: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pieces: Pieces) -> None:
        upstream = asyncio.ensure_future(_send(writer, pieces))
        downstream = asyncio.ensure_future(self._receive(connection, reader))
        try:
            await asyncio.wait((upstream, downstream), return_when=asyncio.FIRST_COMPLETED)
            if upstream.done() and not upstream.result():
                return
            await downstream
        finally:
            for task in (upstream, downstream):
                task.cancel()
            await asyncio.gather(upstream, downstream, return_exceptions=True)

    async def _receive(self, connection: str, reader: asyncio.StreamReader) -> bool:
        while data := await reader.read(CHUNK):
            self._session.write(connection, data)
            await self._flush()
        return True


async def _send(writer: asyncio.StreamWriter, pieces: Pieces) -> bool:
    """Write to the pod; return whether it may still answer."""
    while True:
        data = await pieces.get()
        if data is None:
            return False
        if not data:
            writer.write_eof()
            return True
        writer.write(data)
        await writer.drain()
