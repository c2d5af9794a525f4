"""The queue of keys: each once, some later, failing ones ever later."""

from __future__ import annotations

import pytest

from minikube_py.client.workqueue import MAX_DELAY, Workqueue
from minikube_py.component_base.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> Workqueue[str]:
    return Workqueue(clock.now)


def take_all(queue: Workqueue[str]) -> list[str]:
    taken = []
    while (key := queue.pop()) is not None:
        taken.append(key)
    return taken


def test_a_key_is_queued_once_in_the_order_of_its_first_adding(queue: Workqueue[str]) -> None:
    for key in "abac":
        queue.add(key)
    assert len(queue) == 3
    assert take_all(queue) == ["a", "b", "c"]
    queue.add("a")
    assert take_all(queue) == ["a"]


def test_a_later_key_comes_when_it_is_due(queue: Workqueue[str], clock: FakeClock) -> None:
    queue.add_after("a", 10)
    assert queue.next_due() == clock.now() + 10
    clock.advance(9.9)
    assert queue.pop() is None
    clock.advance(0.1)
    assert take_all(queue) == ["a"]
    assert queue.next_due() is None


def test_of_several_times_the_earliest_counts(queue: Workqueue[str], clock: FakeClock) -> None:
    for seconds in (10, 5, 20):
        queue.add_after("a", seconds)
    clock.advance(5)
    assert take_all(queue) == ["a"]
    clock.advance(60)
    assert take_all(queue) == []


def test_later_keys_come_in_the_order_of_their_times(queue: Workqueue[str], clock: FakeClock) -> None:
    for key, seconds in (("c", 3), ("a", 1), ("b", 1)):
        queue.add_after(key, seconds)
    clock.advance(3)
    assert take_all(queue) == ["a", "b", "c"]


def test_a_key_that_is_ready_makes_the_queue_due_now(queue: Workqueue[str], clock: FakeClock) -> None:
    queue.add_after("b", 10)
    queue.add("a")
    assert queue.next_due() == clock.now()


def test_failures_double_the_delay_until_forgotten(queue: Workqueue[str]) -> None:
    assert [queue.add_rate_limited("a") for _ in range(4)] == [0.005, 0.01, 0.02, 0.04]
    assert queue.add_rate_limited("b") == 0.005
    queue.forget("a")
    assert queue.add_rate_limited("a") == 0.005


def test_the_delay_has_a_limit(queue: Workqueue[str]) -> None:
    assert [queue.add_rate_limited("a") for _ in range(2000)][-1] == MAX_DELAY
