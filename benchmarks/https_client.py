"""Clients of a cluster's API over https that cost little themselves: what is measured is the server."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

Object = dict[str, Any]
LINE_BYTES = 16 << 20
JSON = "application/json"


class Address(NamedTuple):
    """Where a cluster's API is, and the folder of the keys that open it."""

    host: str
    port: int
    pki: Path

    def make_context(self) -> ssl.SSLContext:
        """Return the client's side of TLS, with the certificate of the cluster's owner."""
        context = ssl.create_default_context(cafile=str(self.pki / "ca.crt"))
        context.load_cert_chain(self.pki / "admin.crt", self.pki / "admin.key")
        return context


def write_request(method: str, target: str, body: Object | None = None, accept: str = JSON) -> bytes:
    """Return the bytes of a request."""
    data = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {target} HTTP/1.1\r\nHost: cluster\r\nUser-Agent: benchmark/1\r\nAccept: {accept}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def read_head(head: bytes) -> tuple[int, int]:
    """Return the status and the length of the body, -1 where it comes in chunks."""
    lines = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), -1)
    return int(lines[0].split()[1]), length


class Connection:
    """One connection that asks one thing after the other, and waits."""

    def __init__(self, address: Address) -> None:
        raw = socket.create_connection(address[:2])
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = address.make_context().wrap_socket(raw, server_hostname=address.host)
        self._file = self._socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return the status and body of the answer to a request."""
        self._socket.sendall(request)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                raise ConnectionError("the server hung up")
            head += line
        status, length = read_head(head)
        return status, self._file.read(length)

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class AsyncConnection:
    """The same on an event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return the status and body of the answer to a request."""
        self._writer.write(request)
        status, length = read_head(await self._reader.readuntil(b"\r\n\r\n"))
        return status, await self._reader.readexactly(length)

    async def watch(self, request: bytes) -> AsyncIterator[bytes]:
        """Yield what comes of a watch, chunk by chunk. Raises ConnectionError where it is refused."""
        self._writer.write(request)
        status, _ = read_head(await self._reader.readuntil(b"\r\n\r\n"))
        if status != 200:
            raise ConnectionError(f"the watch was answered with {status}")
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


async def connect(address: Address, context: ssl.SSLContext) -> AsyncConnection:
    """Open a connection."""
    streams = await asyncio.open_connection(*address[:2], ssl=context, limit=LINE_BYTES, server_hostname=address.host)
    return AsyncConnection(*streams)
