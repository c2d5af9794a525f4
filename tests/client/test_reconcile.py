"""The Manager: caches fed from a source, keys queued for whom a change concerns, failures tried again."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.reconcile import HEAVY, TURN, Context, Controller, Key, Manager, Result, Watch
from minikube_py.client.resources import CONFIG_MAPS, PODS, SECRETS, Resource
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.logging import Logger

Object = dict[str, Any]


class Where(NamedTuple):
    resource: str


class Change(NamedTuple):
    key: Where
    type: str
    object: Object


class FakeSource:
    """Objects that the test puts in and takes out."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Object]] = {}
        self.pending: list[Change] = []

    def put(self, resource: Resource, name: str, **fields: Any) -> None:
        obj = {"metadata": {"name": name, "namespace": "default"}, **fields}
        known = self.objects.setdefault(resource.key, {})
        self.pending.append(Change(Where(resource.key), "MODIFIED" if name in known else "ADDED", obj))
        known[name] = obj

    def drop(self, resource: Resource, name: str) -> None:
        self.pending.append(Change(Where(resource.key), "DELETED", self.objects[resource.key].pop(name)))

    def list(self, resource: Resource) -> list[Object]:
        return list(self.objects.get(resource.key, {}).values())

    def changes(self) -> list[Change]:
        changes, self.pending = self.pending, []
        return changes

    def reset(self) -> None:
        self.pending = []


class Recorder:
    """A reconciler that notes what it was asked, and answers as told."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.asked: list[str] = []
        self.answers: list[Result | Exception] = []

    def reconcile(self, key: Key) -> Result:
        self.asked.append(key.name)
        answer = self.answers.pop(0) if self.answers else Result()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Bench:
    """A Manager with one controller that watches ConfigMaps, and Pods by the ConfigMap they name."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.source = FakeSource()
        self.log = io.StringIO()
        self.manager = Manager(self.source, self.clock, random.Random(1), Logger(self.log, self.clock))
        self.reconciler: Recorder
        watches = (Watch(CONFIG_MAPS), Watch(PODS, self._map_of))
        self.manager.add(Controller("test", watches, self._make), None)  # type: ignore[arg-type]

    def _make(self, context: Context) -> Recorder:
        self.reconciler = Recorder(context)
        return self.reconciler

    def _map_of(self, pod: Object, context: Context) -> Iterable[Key]:
        return [Key("default", pod["uses"])] if "uses" in pod else []

    def run(self, seconds: float = 0.0) -> list[str]:
        """Do all that is due after so many seconds; return the keys that were reconciled."""
        self.clock.advance(seconds)
        self.reconciler.asked = []
        self.manager.run_batch(lambda done: done >= 100)
        return self.reconciler.asked


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_sync_queues_everything_that_is_there(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.source.put(PODS, "p", uses="b")
    bench.manager.sync()
    assert sorted(bench.run()) == ["a", "b"]
    assert bench.manager.lister(CONFIG_MAPS).get("default", "a") is not None


def test_many_changes_of_an_object_are_one_look_at_its_newest_state(bench: Bench) -> None:
    bench.manager.sync()
    for value in range(3):
        bench.source.put(CONFIG_MAPS, "a", value=value)
    assert bench.run() == ["a"]
    found = bench.manager.lister(CONFIG_MAPS).get("default", "a")
    assert found is not None
    assert found["value"] == 2


def test_a_deletion_is_looked_at_too(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.manager.sync()
    bench.run()
    bench.source.drop(CONFIG_MAPS, "a")
    assert bench.run() == ["a"]
    assert bench.manager.lister(CONFIG_MAPS).get("default", "a") is None


def test_a_change_concerns_what_it_pointed_at_before_as_well(bench: Bench) -> None:
    bench.source.put(PODS, "p", uses="old")
    bench.manager.sync()
    bench.run()
    bench.source.put(PODS, "p", uses="new")
    assert sorted(bench.run()) == ["new", "old"]


def test_a_key_comes_again_when_it_asked_to(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.manager.sync()
    bench.reconciler.answers = [Result(10.0)]
    assert bench.run() == ["a"]
    assert bench.manager.next_due() == bench.clock.now() + 10
    assert bench.run(9.9) == []
    assert bench.run(0.2) == ["a"]
    assert bench.manager.next_due() is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.Conflict("changed"), ""),
        (errors.Forbidden("no"), "reconcile failed controller='test' key='default/a' error='no'"),
        (ZeroDivisionError("oops"), "ZeroDivisionError: oops"),
    ],
    ids=["conflict", "refusal", "crash"],
)
def test_a_failure_is_tried_again_and_stops_nobody(bench: Bench, error: Exception, told: str) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.source.put(CONFIG_MAPS, "b")
    bench.manager.sync()
    bench.reconciler.answers = [error]
    assert bench.run() == ["a", "b"]
    assert bench.run(0.01) == ["a"]
    assert bench.run(10) == []
    assert (told in bench.log.getvalue()) and bool(bench.log.getvalue()) == bool(told)


def test_failures_wait_ever_longer_until_a_success(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.manager.sync()
    bench.reconciler.answers = [errors.Conflict("changed")] * 3
    waits = []
    for _ in range(3):
        bench.run((bench.manager.next_due() or 0) - bench.clock.now())
        waits.append(round((bench.manager.next_due() or 0) - bench.clock.now(), 4))
    assert waits == [0.005, 0.01, 0.02]


def test_keys_from_other_threads_wake_the_loop(bench: Bench) -> None:
    woken: list[bool] = []
    bench.manager.wake = lambda: woken.append(True)
    bench.manager.sync()
    bench.reconciler.context.enqueue(Key("default", "x"))
    bench.reconciler.context.enqueue(Key("default", "y"), after=5)
    assert woken == [True, True]
    assert bench.run() == ["x"]
    assert bench.run(5) == ["y"]


def test_a_batch_stops_when_told_and_keeps_the_rest(bench: Bench) -> None:
    for name in "abc":
        bench.source.put(CONFIG_MAPS, name)
    bench.manager.sync()
    assert bench.manager.run_batch(lambda done: done >= 2) == 2
    assert bench.run() == ["c"]


def test_a_controller_can_come_late_and_go(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.manager.sync()
    bench.run()
    late: list[Recorder] = []

    def new(context: Context) -> Recorder:
        late.append(Recorder(context))
        return late[0]

    bench.manager.add(Controller("late", (Watch(CONFIG_MAPS),), new), None)  # type: ignore[arg-type]
    assert bench.run() == []
    assert late[0].asked == ["a"]
    bench.manager.remove("late")
    bench.source.put(CONFIG_MAPS, "a", value=1)
    assert bench.run() == ["a"]
    assert late[0].asked == ["a"]


def test_a_new_sync_forgets_what_is_gone(bench: Bench) -> None:
    bench.source.put(CONFIG_MAPS, "a")
    bench.manager.sync()
    bench.run()
    bench.source.drop(CONFIG_MAPS, "a")
    bench.source.put(CONFIG_MAPS, "b")
    bench.manager.sync()
    assert bench.run() == ["b"]
    assert [o["metadata"]["name"] for o in bench.manager.lister(CONFIG_MAPS).list()] == ["b"]


@pytest.mark.parametrize(
    ("changes", "order"),
    [(0, ["a1", "a2", "a3", "b1"]), (HEAVY * TURN, ["a1", "b1", "a2", "a3"])],
    ids=["light", "heavy"],
)
def test_who_changes_much_lets_others_go_on_in_between(changes: int, order: list[str]) -> None:
    """However the work is cut into batches: these here are of one reconcile each."""
    source, clock, done = FakeSource(), FakeClock(), list[str]()

    class Busy:
        def reconcile(self, key: Key) -> Result:
            done.append(key.name)
            for number in range(changes):
                source.put(PODS, f"{key.name}-{number}")
            return Result()

    manager = Manager(source, clock, random.Random(1), Logger(io.StringIO(), clock))
    for name, resource in (("a", CONFIG_MAPS), ("b", SECRETS)):
        manager.add(Controller(name, (Watch(resource),), lambda context: Busy()), None)  # type: ignore[arg-type]
    for name in ("a1", "a2", "a3"):
        source.put(CONFIG_MAPS, name)
    source.put(SECRETS, "b1")
    while manager.run_batch(lambda count: count >= 1):
        pass
    assert done == order
