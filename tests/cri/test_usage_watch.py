"""Samples of what containers use: when they are taken, which one is compared with, and that nothing wakes without containers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, cast

import pytest

from minikube_py.component_base.clock import FakeClock
from minikube_py.cri.agent.container import EXITED, RUNNING, Container
from minikube_py.cri.agent.loop import Loop
from minikube_py.cri.agent.usage_watch import SAMPLE_SECONDS, UsageWatch, choose_sample


class Timers:
    """A loop whose timers go off when a test says so."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append((seconds, call))

    def fire(self) -> None:
        """Let the time of the only timer pass."""
        ((seconds, call),) = self.calls
        self.calls = []
        self._clock.advance(seconds)
        call()


class Running:
    """A container whose main process is this one."""

    def __init__(self, started_at: float) -> None:
        self.status: dict[str, Any] = {"pod_uid": "uid", "name": "main", "started_at": started_at}
        self.pid, self.execs, self.state = os.getpid(), set[int](), RUNNING


class Bench:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = Timers(self.clock)
        self.watch = UsageWatch(cast(Loop, self.timers), self.clock)
        self.container = Running(self.clock.now())

    def add(self) -> None:
        self.watch.add(cast(Container, self.container))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_young_container_is_measured_from_its_start(bench: Bench) -> None:
    start = bench.clock.now()
    bench.add()
    bench.clock.advance(3)
    (measured,) = bench.watch.measure()
    assert (measured["pod_uid"], measured["name"], measured["at"] - measured["before"]) == ("uid", "main", 3)
    assert (measured["before"], measured["cpu_seconds_before"]) == (start, 0.0)
    assert measured["memory_bytes"] > 1 << 20 and measured["cpu_seconds"] > 0


def test_later_it_is_measured_from_a_sample_at_least_ten_seconds_old(bench: Bench) -> None:
    bench.add()
    for _ in range(4):
        bench.timers.fire()
    bench.clock.advance(4)
    (measured,) = bench.watch.measure()
    assert measured["at"] - measured["before"] == SAMPLE_SECONDS + 4
    assert 0 < measured["cpu_seconds_before"] <= measured["cpu_seconds"]
    bench.clock.advance(7)
    assert [one["at"] - one["before"] for one in bench.watch.measure()] == [11]


def test_nothing_wakes_when_nothing_runs(bench: Bench) -> None:
    assert bench.timers.calls == []
    bench.add()
    bench.add()
    assert len(bench.timers.calls) == 1
    bench.container.state = EXITED
    assert bench.watch.measure() == []
    bench.timers.fire()
    assert bench.timers.calls == []


@pytest.mark.parametrize(
    ("samples", "now", "chosen"),
    [([(0.0, 0.0)], 1.0, 0.0), ([(0.0, 0.0), (15.0, 1.0)], 24.0, 0.0), ([(0.0, 0.0), (15.0, 1.0)], 25.0, 15.0)],
    ids=["start", "too young", "old enough"],
)
def test_choice_of_the_sample(samples: list[tuple[float, float]], now: float, chosen: float) -> None:
    assert choose_sample(samples, now)[0] == chosen
