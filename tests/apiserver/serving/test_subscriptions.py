"""What waits for the readers of watches: in order, in pieces, and never more than is bearable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from minikube_py.apiserver.serving import subscriptions
from minikube_py.apiserver.serving.subscriptions import PIECE, Backlog, Subscription

HOUR = 3600.0


async def read(subscription: Subscription) -> list[bytes]:
    """Return the pieces that a subscription gives before it ends by itself."""
    given = [piece async for piece in subscription]
    await subscription.aclose()
    return given


def run(play: Callable[[Backlog], Coroutine[Any, Any, Any]], limit: int = 1 << 30) -> Any:
    async def begin() -> Any:
        return await play(Backlog(limit))

    return asyncio.run(begin())


def subscribe(backlog: Backlog, *lines: bytes, seconds: float = HOUR, first: bytes = b"") -> Subscription:
    subscription = Subscription(asyncio.get_running_loop(), seconds, backlog, first)
    for line in lines:
        subscription.put(line)
    return subscription


def test_a_watch_ends_when_its_time_is_up() -> None:
    pieces = run(lambda backlog: read(subscribe(backlog, b"one\n", b"two\n", seconds=0.01)))
    assert b"".join(pieces) == b"one\ntwo\n"


def test_what_there_was_comes_first_however_much_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_WAITING_BYTES", 10)
    before = bytes(range(250)) * (PIECE // 100)
    pieces = run(lambda backlog: read(subscribe(backlog, b"change\n", seconds=0.01, first=before)))
    assert b"".join(pieces) == before + b"change\n"
    assert max(map(len, pieces)) == PIECE


def test_a_watch_that_nobody_reads_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_WAITING_BYTES", 10)
    assert run(lambda backlog: read(subscribe(backlog, b"12345\n", b"12345\n", b"more\n"))) == []


def test_where_all_together_are_too_much_the_furthest_behind_is_dropped() -> None:
    async def play(backlog: Backlog) -> list[bool]:
        watches = [subscribe(backlog, b"x" * size) for size in (10, 40, 30)]
        watches[0].put(b"x" * 25)
        over = [watch.over.done() for watch in watches]
        for watch in watches:
            await watch.aclose()
        return over

    assert run(play, limit=100) == [False, True, False]


def test_what_was_read_waits_no_more() -> None:
    async def play(backlog: Backlog) -> bool:
        watch = subscribe(backlog)
        for _ in range(100):
            watch.put(b"x" * 60)
            await anext(watch)
        over = watch.over.done()
        await watch.aclose()
        return over

    assert run(play, limit=100) is False
