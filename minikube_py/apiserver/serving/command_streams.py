"""exec and attach over an upgraded connection: carries a pod's stream to the client and back, until the command ends or the client goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from minikube_py.apimachinery.httpstream.remote_command import (
    HangUp,
    RemoteCommand,
    Size,
    Stdin,
    make_end_status,
)
from minikube_py.apimachinery.httpstream.spdy import SpdyError
from minikube_py.client.http.records import Channel
from minikube_py.client.streams import End, Stream

READY_SECONDS = 30.0  # for a client to open its streams, as kubelets wait
LINGER_SECONDS = 5.0  # for it to read the end and hang up
MAX_PENDING = 1 << 20  # bytes of input that may wait for the command
Take = Callable[[Stdin | Size], Awaitable[None]]


class CommandSession:
    """Joins a client's session with a pod's stream. Runs on the event loop; neither side is read faster than the other takes it."""

    def __init__(self, channel: Channel, session: RemoteCommand, stream: Stream, *, attached: bool = False) -> None:
        self._channel, self._session, self._stream = channel, session, stream
        self._attached = attached  # who only looked on is not told the exit code
        self._ready = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Carry everything until one side is done."""
        incoming = asyncio.ensure_future(_listen(self._channel, self._session, self._take, self._ready))
        outgoing = asyncio.ensure_future(self._carry_output())
        try:
            await asyncio.wait((incoming, outgoing), return_when=asyncio.FIRST_COMPLETED)
            if outgoing.done():
                outgoing.result()
                await asyncio.wait((incoming,), timeout=LINGER_SECONDS)
        finally:
            await _cancel(incoming, outgoing)
            self._stream.close()

    async def _take(self, event: Stdin | Size) -> None:
        if isinstance(event, Size):
            self._stream.resize(event.columns, event.rows)
        elif event.data:
            self._stream.write_stdin(event.data)
        else:
            self._stream.close_stdin()
        while self._stream.pending > MAX_PENDING:
            await self._wait_until_writable()
        if self._stream.pending:
            self._loop.add_writer(self._stream.fileno(), self._flush)

    def _flush(self) -> None:
        self._stream.flush()
        if not self._stream.pending:
            self._loop.remove_writer(self._stream.fileno())

    async def _wait_until_writable(self) -> None:
        turn: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_writer(self._stream.fileno(), _resolve, turn)
        try:
            await turn
            self._stream.flush()
        finally:
            self._loop.remove_writer(self._stream.fileno())

    async def _carry_output(self) -> None:
        async with asyncio.timeout(READY_SECONDS):
            await self._ready.wait()
        while True:
            events = self._stream.read()
            for event in events:
                if isinstance(event, End):
                    self._session.finish(make_end_status(0 if self._attached else event.exit_code, event.error))
                else:
                    self._session.write(event.channel, event.data)
            await self._channel.write(self._session.take_output())
            if any(isinstance(event, End) for event in events):
                return
            if not events:
                await self._wait_until_readable()

    async def _wait_until_readable(self) -> None:
        turn: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(self._stream.fileno(), _resolve, turn)
        try:
            await turn
        finally:
            self._loop.remove_reader(self._stream.fileno())


async def tell_failure(channel: Channel, session: RemoteCommand, text: str) -> None:
    """Tell a client, once it listens, why there is no stream."""

    async def ignore(event: Stdin | Size) -> None:
        """Nobody reads it."""

    ready = asyncio.Event()
    incoming = asyncio.ensure_future(_listen(channel, session, ignore, ready))
    try:
        async with asyncio.timeout(READY_SECONDS):
            await ready.wait()
        session.finish(make_end_status(1, text))
        await channel.write(session.take_output())
        await asyncio.wait((incoming,), timeout=LINGER_SECONDS)
    finally:
        await _cancel(incoming)


async def _listen(channel: Channel, session: RemoteCommand, take: Take, ready: asyncio.Event) -> None:
    """Read what the client says until it hangs up or talks nonsense."""
    if session.ready:
        ready.set()
    with suppress(SpdyError, ValueError):
        while True:
            for event in session.feed(await channel.read()):
                if isinstance(event, HangUp):
                    return
                await take(event)
            if session.ready:
                ready.set()
            await channel.write(session.take_output())


def _resolve(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


async def _cancel(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
