"""What the agent must know after its own sudden end: one line of JSON a change, the last one of a key counts."""

from __future__ import annotations

import json
import os
from typing import Any

_SLACK = 2000


class Journal:
    """A keyed record store on an append-only file, rewritten whole when it has grown stale."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.records = _read(path)
        self._lines = 0
        self._fd = -1
        self._rewrite()

    def put(self, key: str, record: dict[str, Any]) -> None:
        """Remember a record under a key."""
        self.records[key] = record
        self._append({"key": key, "record": record})

    def drop(self, key: str) -> None:
        """Forget a key."""
        if self.records.pop(key, None) is not None:
            self._append({"key": key})

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def _append(self, line: dict[str, Any]) -> None:
        os.write(self._fd, _encode(line))
        self._lines += 1
        if self._lines > _SLACK + 2 * len(self.records):
            self._rewrite()

    def _rewrite(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        new = self._path + ".new"
        self._fd = os.open(new, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(self._fd, b"".join(_encode({"key": key, "record": record}) for key, record in self.records.items()))
        os.replace(new, self._path)
        self._lines = 0


def _encode(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _read(path: str) -> dict[str, dict[str, Any]]:
    """Return the records of a journal; a torn last line (the agent was killed while writing) is passed over."""
    records: dict[str, dict[str, Any]] = {}
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return records
    for text in lines[:-1]:
        line = json.loads(text)
        if "record" in line:
            records[line["key"]] = line["record"]
        else:
            records.pop(line["key"], None)
    return records
