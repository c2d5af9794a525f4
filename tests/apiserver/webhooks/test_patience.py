"""Calls that are waited for only so long, and whose answers are there for the next try."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from minikube_py.apimachinery.errors import Conflict
from minikube_py.apiserver.webhooks.https import CallFailed
from minikube_py.apiserver.webhooks.patience import PatientCalls

Object = dict[str, Any]
CONFIG = {"url": "https://a"}


def review(number: str, name: str = "c", **metadata: Any) -> Object:
    return {"request": {"uid": number, "name": name, "object": {"metadata": {"name": name, **metadata}}}}


class Slow:
    """A webhook that answers when it is let go."""

    def __init__(self) -> None:
        self.go, self.asked = threading.Event(), []

    asked: list[str]

    def __call__(self, config: Object, body: Object, seconds: int, dial: Any) -> Object:
        self.asked.append(body["request"]["uid"])
        self.go.wait()
        if body["request"]["name"] == "bad":
            raise CallFailed("EOF")
        return {"response": {"uid": body["request"]["uid"], "allowed": True}}


@pytest.fixture
def slow() -> Iterator[Slow]:
    hook = Slow()
    yield hook
    hook.go.set()


@pytest.fixture
def threads(slow: Slow) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor
        slow.go.set()


def finish(slow: Slow, threads: ThreadPoolExecutor) -> None:
    """Let the webhook answer, and wait until it has."""
    slow.go.set()
    threads.submit(lambda: None).result()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (review("1"), review("2")),
        (review("1", uid="x", creationTimestamp="then"), review("2", uid="y", creationTimestamp="now")),
        (review("1", "g-abc", generateName="g-"), review("2", "g-xyz", generateName="g-")),
    ],
    ids=["same", "new each time", "generated"],
)
def test_a_late_answer_is_there_for_the_next_try(slow: Slow, threads: ThreadPoolExecutor, first: Object, again: Object) -> None:
    calls = PatientCalls(threads, 0, slow)
    for _ in range(2):
        with pytest.raises(Conflict):
            calls(CONFIG, first, 5, None)
    finish(slow, threads)
    assert calls(CONFIG, again, 5, None) == {"response": {"uid": "2", "allowed": True}}
    assert slow.asked == ["1"]


def test_an_answer_is_used_once(slow: Slow, threads: ThreadPoolExecutor) -> None:
    slow.go.set()
    calls = PatientCalls(threads, 60, slow)
    for uid in "12":
        calls(CONFIG, review(uid), 5, None)
    assert slow.asked == ["1", "2"]


def test_a_failure_is_told_once(slow: Slow, threads: ThreadPoolExecutor) -> None:
    slow.go.set()
    calls = PatientCalls(threads, 60, slow)
    for uid in "12":
        with pytest.raises(CallFailed):
            calls(CONFIG, review(uid, "bad"), 5, None)
    assert slow.asked == ["1", "2"]


def test_nobody_waits_where_others_wait_already(slow: Slow, threads: ThreadPoolExecutor) -> None:
    calls = PatientCalls(threads, 0, slow)
    with pytest.raises(Conflict):
        calls(CONFIG, review("1", "a"), 5, None)
    calls._seconds = 10**6  # would hang here
    with pytest.raises(Conflict):
        calls(CONFIG, review("2", "b"), 5, None)


def test_a_service_is_dialled_at_once(slow: Slow, threads: ThreadPoolExecutor) -> None:
    dialled = []

    def dial(namespace: str, name: str, port: int) -> Any:
        dialled.append((namespace, name, port, threading.current_thread()))
        raise ConnectionError("nobody")

    def call(config: Object, body: Object, seconds: int, dial: Any) -> Object:
        with pytest.raises(ConnectionError, match="nobody"):
            dial("n", "s", 1)
        return {}

    config = {"service": {"namespace": "n", "name": "s"}}
    assert PatientCalls(threads, 60, call)(config, review("1"), 5, dial) == {}
    assert dialled == [("n", "s", 443, threading.current_thread())]
