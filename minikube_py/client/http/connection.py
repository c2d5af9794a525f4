"""One client's connection: requests are read within limits, answered one after the other, and written no faster than they are read."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Any

import h11

from minikube_py.client.http.pumping import Pump
from minikube_py.client.http.records import Handler, Limits, Peer, Streamed, Upgrade
from minikube_py.client.http.streams import CHUNK, Stream
from minikube_py.client.http.waiting import Waiting
from minikube_py.client.http_message import HttpAnswer, HttpRequest

PART = 256 << 10  # of an answer, that is written when there is room for it
LINGER_BYTES, LINGER_SECONDS = 64 << 20, 5.0  # what a refused client may still send before it reads why
REASONS = {400: b"Bad Request", 413: b"Request Entity Too Large", 431: b"Request Header Fields Too Large"}


class Refused(Exception):
    """A request that is not read any further; the connection ends after the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Connection:
    """Serves one client until it goes away, is too slow, or breaks HTTP's rules."""

    def __init__(self, stream: Stream, handler: Handler, limits: Limits, waiting: Waiting) -> None:
        self._stream = stream
        self._handler, self._limits, self._waiting = handler, limits, waiting
        self._task: asyncio.Task[None] = current_task()
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.head)
        self._peer = Peer(stream.address, stream.certificate)
        self._method, self._chunks = "", True

    async def serve(self) -> None:
        """Answer requests. Nothing is raised for what a client does wrong."""
        try:
            try:
                while await self._serve_one():
                    self._http.start_next_cycle()
            except (Refused, h11.RemoteProtocolError) as error:
                await self._refuse(error)
        except (OSError, TimeoutError, h11.LocalProtocolError) as error:
            forget_place(error)

    async def _serve_one(self) -> bool:
        """Answer the next request; return whether another one may follow."""
        self._waiting.begin(self._task)
        message = await self._read_request()
        self._waiting.end(self._task)
        if message is None:
            return False
        reply = await self._handler.answer(message, self._peer)
        if isinstance(reply, Upgrade):
            await self._switch(reply)
            return False
        await self._write_reply(reply)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    # -- reading

    async def _read_request(self) -> HttpRequest | None:
        """Return the next request, None at the end. Raises Refused, RemoteProtocolError, TimeoutError."""
        event = self._http.next_event()
        if event is h11.NEED_DATA:
            async with asyncio.timeout(self._limits.idle_seconds):
                if not await self._receive():
                    return None
            event = await self._next_event(time_limit(self._limits.head_seconds))
        if not isinstance(event, h11.Request):
            return None
        self._method, self._chunks = event.method.decode(), event.http_version == b"1.1"
        headers = join_headers(event.headers)
        if int(headers.get("content-length") or 0) > self._limits.body:
            raise Refused(413, f"Request entity too large: limit is {self._limits.body}")
        target = read_target(event.target)
        return HttpRequest(self._method, target, headers, await self._read_body())

    async def _read_body(self) -> bytes:
        body, end = bytearray(), time_limit(self._limits.body_seconds)
        while isinstance(event := await self._next_event(end), h11.Data):
            body += event.data
            self._waiting.hold(self._task, len(event.data))
            if len(body) > self._limits.body:
                raise Refused(413, f"Request entity too large: limit is {self._limits.body}")
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionError("the client went away in the midst of a request")
        return bytes(body)

    async def _next_event(self, end: float) -> Any:
        """Return the next event, mostly one that has come already: a timer is set only where that is not so. Raises TimeoutError."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
            async with asyncio.timeout_at(end):
                await self._receive()
        return event

    async def _receive(self) -> bool:
        """Take in what comes; return whether anything did."""
        data = await self._stream.read()
        self._http.receive_data(data)
        return bool(data)

    # -- writing

    def _send(self, *events: Any) -> None:
        self._stream.write(b"".join(self._http.send(event) or b"" for event in events))

    async def _drain(self) -> None:
        """Wait for room, for as long as the client takes to make some. Raises TimeoutError where it makes none."""
        while left := self._stream.waiting:
            try:
                async with asyncio.timeout(self._limits.write_seconds):
                    await self._stream.drain()
                    return
            except TimeoutError:
                if self._stream.waiting >= left:
                    raise

    async def _write_reply(self, reply: HttpAnswer | Streamed) -> None:
        if isinstance(reply, Streamed):
            await self._write_stream(reply)
        elif reply.streamed:
            await self._write_stream(Streamed(reply.status, reply.headers, Pump(reply.parts)))
        else:
            await self._write_whole(reply)

    async def _write_whole(self, answer: HttpAnswer, *more: tuple[str, str]) -> None:
        body = b"".join(answer.parts)
        headers = [*answer.headers, *more, ("Content-Length", str(len(body))), ("Date", format_date())]
        response = h11.Response(status_code=answer.status, headers=encode_headers(headers), reason=reason_of(answer.status))
        if self._method == "HEAD" or answer.status in (204, 304):
            body = b""
        parts = (h11.Data(data=body[begin : begin + PART]) for begin in range(0, len(body), PART))
        self._send(response, *islice(parts, 1))
        for part in parts:
            await self._drain()
            self._send(part)
        self._send(h11.EndOfMessage())
        await self._drain()

    async def _write_stream(self, reply: Streamed) -> None:
        """Write parts until they end or the client goes away. It may rest as long as it likes: who gives the parts waits, too."""
        headers = encode_headers([*reply.headers, ("Date", format_date())])
        tasks: list[asyncio.Task[None]] = []
        try:
            self._send(h11.Response(status_code=reply.status, headers=headers, reason=reason_of(reply.status)))
            gone, writing = asyncio.create_task(self._watch_client()), asyncio.create_task(self._write_parts(reply))
            tasks += gone, writing
            over = [] if reply.over is None else [reply.over]
            await asyncio.wait((gone, writing, *over), return_when=asyncio.FIRST_COMPLETED)
            if not gone.done() and not writing.done():
                await asyncio.wait(tasks, timeout=self._limits.write_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not writing.done():
                raise ConnectionError("the client went away, or does not read what is left")
            writing.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await reply.parts.aclose()

    async def _write_parts(self, reply: Streamed) -> None:
        in_chunks = self._chunks and not any(name.lower() == "content-length" for name, _ in reply.headers)
        await self._stream.drain()
        async for part in reply.parts:
            if self._method == "HEAD":
                break
            if part and in_chunks:
                self._stream.write(b"%x\r\n%b\r\n" % (len(part), part))
            elif part:
                self._send(h11.Data(data=part))
            await self._stream.drain()
        self._send(h11.EndOfMessage())
        await self._stream.drain()

    async def _watch_client(self) -> None:
        """Return when the client hung up; what it says meanwhile is kept, up to a chunk, for the next request."""
        held = 0
        while held < CHUNK:
            data = await self._stream.read()
            self._http.receive_data(data)
            held += len(data)
            if not data:
                return
        await asyncio.Event().wait()

    async def _refuse(self, error: Refused | h11.RemoteProtocolError) -> None:
        """Say what is wrong and let the client read it: an end with data unread would be a reset."""
        status = error.status if isinstance(error, Refused) else error.error_status_hint
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        if isinstance(error, Refused):
            answer = self._handler.refuse(status, error.text)
        else:
            reason = reason_of(status)
            answer = HttpAnswer(status, (("Content-Type", "text/plain; charset=utf-8"),), iter((b"%d %s" % (status, reason),)))
        await self._write_whole(answer, ("Connection", "close"))
        self._stream.end()
        left = LINGER_BYTES
        async with asyncio.timeout(LINGER_SECONDS):
            while left > 0 and (data := await self._stream.read()):
                left -= len(data)

    async def _switch(self, upgrade: Upgrade) -> None:
        headers = encode_headers(upgrade.headers)
        self._send(h11.InformationalResponse(status_code=101, headers=headers, reason=b"Switching Protocols"))
        channel = _Channel(self._stream, self._http.trailing_data[0])
        try:
            await upgrade.run(channel)
        finally:
            channel.close()


class _Channel:
    """A connection that speaks no HTTP any more."""

    def __init__(self, stream: Stream, first: bytes) -> None:
        self._stream, self._first = stream, first

    async def read(self) -> bytes:
        """Return what came next, b"" at the end."""
        first, self._first = self._first, b""
        return first or await self._stream.read()

    async def write(self, data: bytes) -> None:
        """Send bytes, waiting until there is room."""
        self._stream.write(data)
        await self._stream.drain()

    def close(self) -> None:
        """End the connection, sending what is still to be sent."""
        self._stream.close()


def current_task() -> asyncio.Task[None]:
    """Return the task that runs."""
    task = asyncio.current_task()
    assert task is not None
    return task


def forget_place(error: BaseException | None) -> None:
    """Let go of where an error and what led to it was raised: streams keep their errors, and these would keep the streams."""
    while error is not None:
        error.__traceback__, error = None, error.__context__


def time_limit(seconds: float) -> float:
    """Return the loop's time so many seconds from now."""
    return asyncio.get_running_loop().time() + seconds


def join_headers(headers: Any) -> dict[str, str]:
    """Return headers by their names in lower case; one that stands twice has its values joined with a comma."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def read_target(raw: bytes) -> str:
    """Return the path and query of a request-target, also of one in absolute form. Raises Refused."""
    try:
        target = raw.decode("ascii")
    except UnicodeDecodeError:
        raise Refused(400, "the request's path is not ASCII") from None
    for scheme in ("http://", "https://"):
        if target.lower().startswith(scheme):
            _, slash, path = target[len(scheme) :].partition("/")
            return slash + path or "/"
    if not target.startswith("/"):
        raise Refused(400, "the request's target is not a path")
    return target


def encode_headers(headers: Any) -> list[tuple[bytes, bytes]]:
    """Return headers as bytes; line ends, which no header may hold, become spaces."""
    return [(name.encode(), value.replace("\r", " ").replace("\n", " ").encode()) for name, value in headers]


def reason_of(status: int) -> bytes:
    """Return the words for a status."""
    from http import HTTPStatus

    if status in REASONS:
        return REASONS[status]
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


def format_date() -> str:
    """Return the time for a Date header."""
    from email.utils import formatdate

    return formatdate(usegmt=True)
