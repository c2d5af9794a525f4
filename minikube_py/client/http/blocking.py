"""Answers of asynchronous code for a thread that has no event loop: each part is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from minikube_py.client.http.records import Parts, Reply, Streamed
from minikube_py.client.http_message import HttpAnswer

TURNS = 3  # of the loop, in which a transport that was aborted closes its socket


def wait_for_answer(asking: Coroutine[Any, Any, Reply]) -> HttpAnswer:
    """Return the answer, its parts as they come; they have to be read or closed. Raises what `asking` raises."""
    loop = asyncio.new_event_loop()
    try:
        reply = loop.run_until_complete(asking)
        assert isinstance(reply, HttpAnswer | Streamed), "nobody asked for an upgrade"
    except BaseException:
        _end(loop)
        raise
    if isinstance(reply, Streamed):
        return HttpAnswer(reply.status, reply.headers, _Parts(loop, reply.parts), streamed=True)
    _end(loop)
    return reply


class _Parts:
    def __init__(self, loop: asyncio.AbstractEventLoop, parts: Parts) -> None:
        self._loop, self._parts = loop, parts

    def __iter__(self) -> _Parts:
        return self

    def __next__(self) -> bytes:
        try:
            return self._loop.run_until_complete(self._parts.__anext__())
        except StopAsyncIteration:
            self.close()
            raise StopIteration from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if not self._loop.is_closed():
            self._loop.run_until_complete(self._parts.aclose())
            _end(self._loop)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    for _ in range(TURNS):
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()
