"""What a handler of HTTP requests is given besides the message, and what it may answer with besides an HttpAnswer."""

from __future__ import annotations

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
    write_seconds: float = 60.0  # how long a reader may take to make room
    handshake_seconds: float = 10.0
    connections: int = 2000
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
        """Send bytes, waiting until there is room. Raises ConnectionError, TimeoutError."""

    def close(self) -> None:
        """End the connection."""


class Streamed(NamedTuple):
    """An answer whose parts come as they happen. The iterator is closed (`aclose`) when the client goes away."""

    status: int
    headers: Headers
    parts: AsyncIterator[bytes]


class Upgrade(NamedTuple):
    """The answer 101 Switching Protocols: `run` then has the connection, which is closed when it returns."""

    headers: Headers
    run: Callable[[Channel], Awaitable[None]]


Reply = HttpAnswer | Streamed | Upgrade


class Handler(Protocol):
    """What a server's requests mean. Called on the event loop: it must not block."""

    async def answer(self, message: HttpRequest, peer: Peer) -> Reply:
        """Answer a request. It is cancelled when the server ends."""

    def refuse(self, status: int, text: str) -> HttpAnswer:
        """Return the answer for a request that was not read to its end."""
