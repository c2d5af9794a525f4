"""Iterators that block, read by a thread of their own and given to the event loop part by part."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

AHEAD = 16  # parts that may wait for the client before the thread waits
END = object()
END_SECONDS = 2.0


class Pump:
    """The parts of an iterator that blocks, as an asynchronous one. It begins at once.

    Closing it closes the iterator, at its next part: it should give an empty one now and then.
    """

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._loop = parts, asyncio.get_running_loop()
        self._stopped = False
        self._ended = asyncio.Event()
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._room = threading.Semaphore(AHEAD)
        threading.Thread(target=self._run, name="pump", daemon=True).start()

    def __aiter__(self) -> Pump:
        """Return itself."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next part. Raises ConnectionError where the iterator could not go on."""
        part = await self._queue.get()
        if part is END:
            raise StopAsyncIteration
        self._room.release()
        if isinstance(part, ConnectionError):
            raise part
        assert isinstance(part, bytes)
        return part

    async def aclose(self) -> None:
        """Let the thread end and wait for it, a short while."""
        self._stopped = True
        self._room.release()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._ended.wait()

    def _run(self) -> None:
        try:
            for part in self._parts:
                if self._stopped:
                    return
                if part:
                    self._room.acquire()
                    self._tell(self._queue.put_nowait, part)
            self._tell(self._queue.put_nowait, END)
        except (OSError, ValueError) as error:
            self._tell(self._queue.put_nowait, ConnectionError(str(error)))
        finally:
            close = getattr(self._parts, "close", None)
            if close is not None:
                close()
            self._tell(self._ended.set)

    def _tell(self, call: Any, *values: Any) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.call_soon_threadsafe(call, *values)
