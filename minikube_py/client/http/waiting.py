"""Which connections wait for their clients. Where there is no room for more, whoever keeps the server waiting longest goes.

So nobody can shut others out by opening connections and saying nothing, or only the beginning of something.
"""

from __future__ import annotations

import asyncio


class Waiting:
    """The tasks of such connections, longest first. They may hold `room` bytes of unfinished bodies together."""

    def __init__(self, room: int) -> None:
        self._room, self._held = room, 0
        self._sizes: dict[asyncio.Task[None], int] = {}

    def begin(self, task: asyncio.Task[None]) -> None:
        """Count a connection from now on."""
        self.end(task)
        self._sizes[task] = 0

    def hold(self, task: asyncio.Task[None], size: int) -> None:
        """Take note of so many bytes more of its body; it may have to go for it."""
        if task not in self._sizes:
            return  # it is about to go
        self._sizes[task] += size
        self._held += size
        while self._held > self._room and (longest := next((t for t, held in self._sizes.items() if held), None)):
            self._drop(longest)

    def end(self, task: asyncio.Task[None]) -> None:
        """Count it no more: its request is there, or it is gone."""
        self._held -= self._sizes.pop(task, 0)

    def make_room(self) -> bool:
        """End the connection that has waited longest; return False where all are at work."""
        longest = next(iter(self._sizes), None)
        if longest is not None:
            self._drop(longest)
        return longest is not None

    def _drop(self, task: asyncio.Task[None]) -> None:
        self.end(task)
        task.cancel()
