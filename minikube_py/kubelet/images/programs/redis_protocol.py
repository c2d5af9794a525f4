"""RESP, redis' protocol: reading commands and answers, writing them."""

from __future__ import annotations

import socket
from typing import Any

from .redis_store import RedisError, Simple


class Reader:
    """Reads lines and blocks from a connection. Every method raises EOFError at its end, ValueError on what is no RESP."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._pending = b""

    def _fill(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            raise EOFError
        self._pending += data

    def read_line(self) -> bytes:
        """Return a line without its end."""
        while b"\r\n" not in self._pending and b"\n" not in self._pending:
            self._fill()
        line, _, self._pending = self._pending.partition(b"\n")
        return line.removesuffix(b"\r")

    def _read_block(self, length: int) -> bytes:
        while len(self._pending) < length + 2:
            self._fill()
        block, self._pending = self._pending[:length], self._pending[length + 2 :]
        return block

    def read_command(self) -> list[bytes]:
        """Return a command's words, sent as an array or as a plain line."""
        line = self.read_line()
        if not line.startswith(b"*"):
            return line.split()
        words = []
        for _ in range(int(line[1:])):
            head = self.read_line()
            if not head.startswith(b"$"):
                raise ValueError("expected '$'")
            words.append(self._read_block(int(head[1:])))
        return words

    def read_answer(self) -> Any:
        """Return an answer: None, int, bytes, list, Simple, or a RedisError (not raised)."""
        line = self.read_line()
        sign, rest = line[:1], line[1:]
        if sign == b"+":
            return Simple(rest.decode())
        if sign == b"-":
            return RedisError(rest.decode())
        if sign == b":":
            return int(rest)
        length = int(rest)
        if length < 0:
            return None
        return self._read_block(length) if sign == b"$" else [self.read_answer() for _ in range(length)]


def encode(value: Any) -> bytes:
    """Return an answer's bytes."""
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, Simple):
        return b"+" + value.text.encode() + b"\r\n"
    if isinstance(value, RedisError):
        return b"-" + str(value).encode() + b"\r\n"
    if isinstance(value, int):
        return b":%d\r\n" % int(value)
    if isinstance(value, list):
        return b"*%d\r\n" % len(value) + b"".join(encode(item) for item in value)
    block = value if isinstance(value, bytes) else str(value).encode()
    return b"$%d\r\n" % len(block) + block + b"\r\n"
