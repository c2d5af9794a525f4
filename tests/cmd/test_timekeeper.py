"""The daemon's time: in steps, kept in the state, moved when it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.cmd.timekeeper import ADVANCE, SETTLED, Timekeeper
from minikube_py.component_base.steered_clock import DATE_OF_STOPPED_CLOCKS as START
from minikube_py.minikube.profile import Config
from minikube_py.storage.sqlite import Store

STOPPED = Config(runtime="fake", clock_speed=0.0, seed=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "state.db", create=True)
    yield opened
    opened.close()


def ask(store: Store, goal: float) -> None:
    with store.transaction():
        store.write_fact(ADVANCE, repr(goal))


def test_a_clock_that_is_to_repeat_itself_begins_at_one_date(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    assert (time.clock.now(), time.get_seconds_until(START + 1)) == (START, None)


def test_commands_and_daemon_tell_the_same_time(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    assert KubeApiServer(store).now() == time.clock.now() == START


def test_commands_and_daemon_draw_the_same(store: Store) -> None:
    Timekeeper(store, STOPPED)
    assert KubeApiServer(store).new_uid() == KubeApiServer(store).new_uid()


def test_a_jump_goes_from_one_due_moment_to_the_next(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    ask(store, START + 100)
    time.begin(None)
    assert time.get_limit() == START + 100
    shown = []
    for due in (START + 10, START + 40, START + 400):
        time.step(due)
        shown.append(time.clock.now() - START)
    assert shown == [10, 40, 100]


def test_a_jump_ends_with_the_clock_standing_where_it_was_to_go(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    ask(store, START + 100)
    time.begin(None)
    time.step(START + 10)
    time.rest()
    assert store.read_fact(ADVANCE) == ""
    assert Timekeeper(store, STOPPED).clock.now() == time.clock.now() == START + 100


def test_a_jump_begins_with_what_is_to_do_now(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    ask(store, START + 100)
    time.begin(START + 60)
    assert time.clock.now() == START


def test_a_daemon_that_died_on_the_way_is_followed_by_one_that_goes_on(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    ask(store, START + 100)
    time.begin(None)
    time.step(START + 10)
    with store.transaction():
        time.keep()
    after = Timekeeper(store, STOPPED)
    after.begin(None)
    assert (after.clock.now(), after.get_limit()) == (START + 10, START + 100)


def test_the_clock_of_the_machine_is_left_alone(store: Store) -> None:
    time = Timekeeper(store, Config())
    time.begin(None)
    time.step(1.0)
    time.rest()
    assert (time.clock.is_plain, store.read_fact("clock"), store.read_fact(SETTLED)) == (True, "", "")


def test_rest_is_told_where_commands_wait_for_it(store: Store) -> None:
    time = Timekeeper(store, STOPPED)
    time.begin(None)
    time.rest()
    assert store.read_fact(SETTLED) == "0"


def test_a_faster_clock_stands_while_the_cluster_is_stopped(store: Store) -> None:
    time = Timekeeper(store, Config(clock_speed=60.0))
    time.stop()
    stopped = KubeApiServer(store).now()
    assert KubeApiServer(store).now() == stopped
    assert Timekeeper(store, Config(clock_speed=60.0)).clock.speed == 60.0
