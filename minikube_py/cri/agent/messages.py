"""The messages between a runtime and its node agent: four bytes big-endian length, then JSON.

A request is `{"id": n, "op": name, ...}`, its answer `{"id": n, "result": value}` or
`{"id": n, "error": {"kind", "message", "reason"}}`. A connection that sent `subscribe` gets `{"changed": pod uid}`; one that
sent `exec`, `attach` or `dial` becomes a stream after its answer.
"""

from __future__ import annotations

import json
from typing import Any

MAX_MESSAGE = 64 << 20


def encode_message(message: dict[str, Any]) -> bytes:
    """Return a message as bytes."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(4, "big") + body


class MessageReader:
    """Cuts a byte stream into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._buffer += data

    def next(self) -> dict[str, Any] | None:
        """Return the next whole message, or None. Raises ValueError for one that is too long or no JSON object."""
        if len(self._buffer) < 4:
            return None
        end = 4 + int.from_bytes(self._buffer[:4], "big")
        if end - 4 > MAX_MESSAGE:
            raise ValueError(f"message of {end - 4} bytes is over {MAX_MESSAGE}")
        if len(self._buffer) < end:
            return None
        message = json.loads(self._buffer[4:end])
        del self._buffer[:end]
        if not isinstance(message, dict):
            raise ValueError("message is no JSON object")
        return message

    def rest(self) -> bytes:
        """Take what came after the last message: a stream's first bytes."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data
