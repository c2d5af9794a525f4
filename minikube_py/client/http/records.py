"""What a handler of HTTP requests is given besides the message, and what it may answer with besides an HttpAnswer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple, Protocol

from minikube_py.client.http_message import HttpAnswer, HttpRequest

Headers = tuple[tuple[str, str], ...]


class Limits(NamedTuple):
    """What clients may take. A connection that exceeds a time is closed; the sizes are in bytes."""

    body: int = 3 << 20
    head: int = 64 << 10
    head_seconds: float = 20.0  # from a request's first byte to the end of its headers
    body_seconds: float = 60.0
    idle_seconds: float = 300.0  # between requests
    write_seconds: float = 60.0  # how long an answer that is known may wait for a reader who takes nothing of it
    handshake_seconds: float = 10.0
    connections: int = 5000
    bodies: int = 64 << 20  # of all clients together, that have not come to their ends


class Peer(NamedTuple):
    """Who is at the other end: its address, and the client certificate (DER) that TLS verified, b"" without one."""

    address: str = ""
    certificate: bytes = b""


class Channel(Protocol):
    """A connection after an upgrade: bytes in both directions."""

    async def read(self) -> bytes:
        """Return what came next, b"" at the end. Waits as long as it takes."""

    async def write(self, data: bytes) -> None:
        """Send bytes, waiting until there is room. Raises ConnectionError."""

    def close(self) -> None:
        """End the connection."""


class Parts(Protocol):
    """The parts of an answer as they happen. Raises ConnectionError where there should be more and is not."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return itself."""

    async def __anext__(self) -> bytes:
        """Return the next part."""

    async def aclose(self) -> None:
        """Let go of it, also before the end: the client went away."""


class Streamed(NamedTuple):
    """An answer whose parts come as they happen. Its reader may rest; what is waiting for it then, `parts` has to limit.

    `over` is done when nothing will be added: whoever does not take what is left is cut off.
    """

    status: int
    headers: Headers
    parts: Parts
    over: asyncio.Future[None] | None = None


class Upgrade(NamedTuple):
    """The answer 101 Switching Protocols: `run` then has the connection, which is closed when it returns. It is called always."""

    headers: Headers
    run: Callable[[Channel], Awaitable[None]]


Reply = HttpAnswer | Streamed | Upgrade


class Handler(Protocol):
    """What a server's requests mean. Called on the event loop: it must not block."""

    async def answer(self, message: HttpRequest, peer: Peer) -> Reply:
        """Answer a request. It is cancelled when the server ends."""

    def refuse(self, status: int, text: str) -> HttpAnswer:
        """Return the answer for a request that was not read to its end."""
