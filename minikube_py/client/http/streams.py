"""A connection as bytes in both directions, with TLS or without.

TLS is spoken here and not by asyncio, which holds a quarter of a megabyte for each connection that rests, and hangs up on a client
whose certificate it refuses without a word of why.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

CHUNK = 64 << 10
PIECE = 256 << 10  # is encrypted at once
STREAM_BYTES = 2 * CHUNK


class Stream:
    """A connection. What `drain` was waited for is on its way, and is not lost when the connection ends then."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        writer.transport.set_write_buffer_limits(0)

    async def read(self) -> bytes:
        """Return what came next, b"" at the end. Raises OSError."""
        return await self._reader.read(CHUNK)

    def write(self, data: bytes) -> None:
        """Send bytes, some time."""
        self._writer.write(data)

    async def drain(self) -> None:
        """Wait until all is on its way, as long as that takes. Raises OSError."""
        await self._writer.drain()

    @property
    def waiting(self) -> int:
        """How many bytes are not yet on their way."""
        return self._writer.transport.get_write_buffer_size()

    @property
    def is_open(self) -> bool:
        """Whether nobody has hung up so far."""
        return not self._reader.at_eof() and not self._writer.is_closing()

    @property
    def address(self) -> str:
        """Where the other end is, "" where it has no address."""
        name = self._writer.get_extra_info("peername")
        return name[0] if isinstance(name, tuple) else ""

    @property
    def certificate(self) -> bytes:
        """The certificate (DER) by which TLS knows the other end, b"" without one."""
        return b""

    def end(self) -> None:
        """Say that nothing more will be written."""
        if self._writer.can_write_eof():
            self._writer.write_eof()

    def close(self) -> None:
        """End the connection, sending what is still to be sent."""
        self._writer.close()

    async def wait_closed(self) -> None:
        """Wait until it has ended. Raises OSError."""
        await self._writer.wait_closed()

    def abort(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()


class SecureStream(Stream):
    """A connection that speaks TLS once hands were shaken: as the server, or as a client of the server of that name."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext, server_name: str | None = None
    ) -> None:
        super().__init__(reader, writer)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._incoming, self._outgoing, server_name is None, server_name or None)

    async def shake_hands(self) -> None:
        """Agree on keys. Raises OSError (ssl.SSLError among them), when the other end has been told why."""
        while True:
            try:
                self._tls.do_handshake()
                return
            except ssl.SSLWantReadError:
                self._flush()
                if not await self._fill():
                    raise ConnectionResetError("EOF") from None
            finally:
                self._flush()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._writer.write(self._outgoing.read())

    async def _fill(self) -> bool:
        data = await self._reader.read(CHUNK)
        self._incoming.write(data)
        return bool(data)

    async def read(self) -> bytes:
        """Return what came next, b"" at the end. Raises OSError."""
        while True:
            try:
                return self._tls.read(CHUNK)
            except ssl.SSLWantReadError:
                if not await self._fill():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""
            finally:
                self._flush()

    def write(self, data: bytes) -> None:
        """Send bytes, some time."""
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            self._tls.write(view[start : start + PIECE])
            self._flush()

    @property
    def certificate(self) -> bytes:
        """The certificate (DER) by which TLS knows the other end, b"" without one."""
        return self._tls.getpeercert(binary_form=True) or b""

    def end(self) -> None:
        """Do nothing: of TLS, both directions end together."""

    def close(self) -> None:
        """End the connection, sending what is still to be sent, and that it is the end."""
        with suppress(ssl.SSLError):
            self._tls.unwrap()
        self._flush()
        super().close()
