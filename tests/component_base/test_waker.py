"""Waking a thread that waits: from other threads, from a signal handler, and too late."""

from __future__ import annotations

import select
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from minikube_py.component_base.waker import Waker

PATIENCE = 20.0


@pytest.fixture
def waker() -> Iterator[Waker]:
    with closing(Waker()) as made:
        yield made


def is_awake(waker: Waker, seconds: float = 0) -> bool:
    return bool(select.select([waker], [], [], seconds)[0])


def test_who_waits_is_woken_until_it_drains(waker: Waker) -> None:
    assert not is_awake(waker)
    waker.wake()
    assert is_awake(waker)
    assert is_awake(waker)
    waker.drain()
    assert not is_awake(waker)


def test_another_thread_wakes(waker: Waker) -> None:
    thread = threading.Thread(target=waker.wake)
    thread.start()
    assert is_awake(waker, PATIENCE)
    thread.join()


def test_waking_never_blocks(waker: Waker) -> None:
    for _ in range(100_000):
        waker.wake()
    waker.drain()
    assert not is_awake(waker)


def test_who_wakes_too_late_need_not_know(waker: Waker) -> None:
    waker.close()
    waker.wake()
    waker.close()


def test_a_signal_may_come_while_its_thread_is_waking(waker: Waker) -> None:
    def wake(number: int, frame: Any) -> None:
        waker.wake()

    before = signal.signal(signal.SIGUSR1, wake)
    try:
        with waker._lock:
            signal.raise_signal(signal.SIGUSR1)
        assert is_awake(waker)
    finally:
        signal.signal(signal.SIGUSR1, before)
