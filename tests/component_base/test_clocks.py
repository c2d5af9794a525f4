"""Clocks of clusters: what they show at which time of the machine."""

from __future__ import annotations

import pytest

from minikube_py.component_base.clock import Pace, StoredClock, format_paces, parse_paces
from minikube_py.component_base.steered_clock import SteeredClock


class Machine:
    """A machine whose clock a test sets."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_without_a_pace_it_is_the_clock_of_the_machine(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    machine.time = 1234.5
    assert (clock.now(), clock.speed, clock.is_plain, clock.format()) == (1234.5, 1.0, True, "")


@pytest.mark.parametrize(("speed", "shown"), [(60.0, 1600.0), (1.0, 1010.0), (0.5, 1005.0), (0.0, 1000.0)])
def test_it_runs_at_its_speed(machine: Machine, speed: float, shown: float) -> None:
    clock = SteeredClock("", machine.now)
    clock.set_pace(speed)
    machine.time += 10
    assert clock.now() == shown


def test_it_goes_on_where_its_state_ended(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    clock.set_pace(60.0)
    machine.time += 10
    after = SteeredClock(clock.format(), machine.now)
    machine.time += 1
    assert after.now() == clock.now() == 1660.0


def test_a_change_of_pace_never_turns_it_back(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    clock.set_pace(60.0)
    clock.hold()
    machine.time += 10
    clock.set_pace(0.0)
    assert clock.target() == 1600.0


def test_held_it_shows_one_time_and_goes_forward_only(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    clock.set_pace(60.0)
    clock.hold(1000.0)
    machine.time += 10
    assert (clock.now(), clock.target()) == (1000.0, 1600.0)
    clock.hold(900.0)
    assert clock.now() == 1000.0
    clock.hold(1300.0)
    assert clock.now() == 1300.0


def test_moved_it_stands_where_it_was_moved_to(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    clock.move(5000.0)
    clock.move(6000.0)
    machine.time += 10
    assert (clock.now(), SteeredClock(clock.format(), machine.now).now()) == (6000.0, 6000.0)
    assert len(parse_paces(clock.format())) == 1


def test_times_of_the_machine_are_told_by_the_pace_of_then(machine: Machine) -> None:
    clock = SteeredClock("", machine.now)
    clock.set_pace(60.0)
    machine.time += 10
    clock.set_pace(2.0)
    machine.time += 10
    assert [clock.to_cluster(real) for real in (0.0, 990.0, 1005.0, 1015.0)] == [0.0, 990.0, 1300.0, 1610.0]


def test_only_the_latest_paces_are_kept() -> None:
    paces = [Pace(float(n), float(n), 1.0) for n in range(40)]
    assert parse_paces(format_paces(paces)) == paces[-16:]


def test_a_stored_clock_shows_what_was_stored_last() -> None:
    stored = [format_paces([Pace(0.0, 500.0, 0.0)])]
    clock = StoredClock(lambda: stored[0])
    assert clock.now() == 500.0
    stored[0] = format_paces([Pace(0.0, 500.0, 0.0), Pace(0.0, 700.0, 0.0)])
    assert clock.now() == 700.0
