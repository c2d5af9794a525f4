"""A thread that waits for sockets and does what it is asked to."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator

import pytest

from minikube_py.component_base.selector_thread import SelectorThread

PATIENCE = 20.0


@pytest.fixture
def thread() -> Iterator[SelectorThread]:
    made = SelectorThread("test")
    yield made
    made.end()
    made.close()


def test_it_does_what_it_is_asked_in_its_own_thread(thread: SelectorThread) -> None:
    names: list[str] = []
    done = threading.Event()
    assert thread.do(lambda: names.append(threading.current_thread().name))
    assert thread.do(done.set)
    assert done.wait(PATIENCE)
    assert names == ["test"]


def test_what_was_asked_for_before_the_end_is_done() -> None:
    made = SelectorThread("test")
    done: list[int] = []
    entered, go = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        go.wait(PATIENCE)

    made.do(hold)
    assert entered.wait(PATIENCE)
    assert made.do(lambda: done.append(1))
    threading.Thread(target=go.set).start()
    made.end()
    assert done == [1]
    assert not made.do(lambda: done.append(2))
    made.close()
    assert done == [1]


def test_what_is_registered_is_called(thread: SelectorThread) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        came: list[int] = []
        seen = threading.Event()

        def ready(mask: int) -> None:
            came.append(mask)
            thread.selector.unregister(theirs)
            seen.set()

        thread.do(lambda: thread.selector.register(theirs, selectors.EVENT_READ, ready))
        ours.send(b"x")
        assert seen.wait(PATIENCE)
        assert came == [selectors.EVENT_READ]


def test_one_that_closes_another_in_the_same_look_keeps_it_silent(thread: SelectorThread) -> None:
    pairs = [socket.socketpair(), socket.socketpair()]
    called: list[int] = []
    seen = threading.Event()

    def begin() -> None:
        for i, (_, end) in enumerate(pairs):
            thread.selector.register(end, selectors.EVENT_READ, lambda mask, i=i: take(i))
            pairs[i][0].send(b"x")

    def take(i: int) -> None:
        called.append(i)
        for _, end in pairs:
            thread.selector.unregister(end)
            end.close()
        seen.set()

    thread.do(begin)
    assert seen.wait(PATIENCE)
    thread.end()
    assert len(called) == 1
    for ours, _ in pairs:
        ours.close()
