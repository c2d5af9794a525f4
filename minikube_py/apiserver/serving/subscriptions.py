"""The ends of watches on the event loop: what waits there to be written, within limits.

A watch that is not read as fast as things happen is dropped, as Kubernetes drops it: its client lists and watches anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

MAX_WAITING_BYTES = 16 << 20  # of one watch
MAX_WAITING_BYTES_OF_ALL = 256 << 20
PIECE = 256 << 10  # is written at once


class Backlog:
    """What waits of all watches together; belongs to the event loop. If it is more than `limit` bytes, whoever is furthest behind is dropped."""

    def __init__(self, limit: int = MAX_WAITING_BYTES_OF_ALL) -> None:
        self._limit, self._sum = limit, 0
        self._sizes: dict[Subscription, int] = {}

    def change(self, subscription: Subscription, size: int) -> None:
        """Take note that so many bytes wait of a watch."""
        self._sum += size - self._sizes.pop(subscription, 0)
        if size:
            self._sizes[subscription] = size
        while self._sum > self._limit:
            max(self._sizes, key=lambda watch: self._sizes[watch]).drop()


class Subscription:
    """One watch's end on the event loop: lines that wait to be written, behind `first`. It is over after so many seconds.

    `over` is done when nothing will be added.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, backlog: Backlog, first: bytes = b"") -> None:
        self._backlog = backlog
        self._first, self._place = first, 0
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self.over: asyncio.Future[None] = loop.create_future()
        self._timer = loop.call_later(seconds, self.end)
        self.on_close: list[Callable[[], None]] = []

    def put(self, line: bytes) -> None:
        """Add lines to write; too many that nobody reads end the watch."""
        if self.over.done():
            return
        self._lines.append(line)
        self._news.set()
        if self._size + len(line) > MAX_WAITING_BYTES:
            self.drop()
        else:
            self._resize(self._size + len(line))

    def _resize(self, size: int) -> None:
        self._size = size
        self._backlog.change(self, size)

    def drop(self) -> None:
        """Let it end without what waits: its reader is too slow."""
        self._lines.clear()
        self._resize(0)
        self.end()

    def end(self) -> None:
        """Let it end after what waits."""
        if not self.over.done():
            self.over.set_result(None)
        self._news.set()

    def __aiter__(self) -> Subscription:
        """Return itself."""
        return self

    async def __anext__(self) -> bytes:
        """Return lines that wait, not too many at once."""
        if self._place < len(self._first):
            return self._take_first()
        while not self._lines:
            if self.over.done():
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        taken, size = [], 0
        while self._lines and size < PIECE:
            taken.append(self._lines.popleft())
            size += len(taken[-1])
        self._resize(self._size - size)
        return b"".join(taken)

    def _take_first(self) -> bytes:
        start, self._place = self._place, self._place + PIECE
        piece = self._first[start : self._place]
        if self._place >= len(self._first):
            self._first, self._place = b"", 0
        return piece

    async def aclose(self) -> None:
        """Let go of it: nobody listens any more."""
        self.drop()
        self._timer.cancel()
        for call in self.on_close:
            call()
        self.on_close.clear()
