"""Keeps a cluster's time for the daemon: at what speed it runs, what of it the state remembers, and the jumps of `mk advance`.

A clock that is not simply the machine's goes from one due moment to the next, so that nothing is overtaken: not when an hour is
jumped over, and not when the machine was too slow for the speed that was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.component_base.clock import RealClock
from minikube_py.component_base.steered_clock import DATE_OF_STOPPED_CLOCKS, SteeredClock

if TYPE_CHECKING:
    from minikube_py.minikube.profile import Config
    from minikube_py.storage.sqlite import Store

CLOCK, ADVANCE, SEED, SETTLED = "clock", "advance", "seed", "settled"
"""Facts of a cluster's state: the paces of its clock, the time that it is to be moved to, its seed, the revision it came to rest at."""


NEAR_SECONDS = (
    20.0  # of the cluster: what is due that shortly before another is done together with it; no lease ends in that time
)


class Timekeeper:
    """Sets the clock of the cluster whose state is `store`; `clock` is what the components see."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._kept = store.read_fact(CLOCK)
        self._goal: float | None = None
        self._speed = config.clock_speed
        self._is_lockstep = config.seed is not None and config.runtime == "fake"
        self.clock = SteeredClock(self._kept, RealClock().now)
        if self.clock.speed != self._speed:
            repeats = config.seed is not None and not self._speed and not store.current_revision()
            self.clock.set_pace(self._speed, DATE_OF_STOPPED_CLOCKS if repeats else None)
        with store.transaction():
            self.keep()
            if config.seed is not None:
                store.write_fact(SEED, str(config.seed))

    @property
    def is_repeatable(self) -> bool:
        """Whether what the daemon does must not hang upon how quick it is."""
        return self._is_lockstep

    def begin(self, timer: float | None) -> None:
        """Take note of a jump that was asked for; else go to the present, or to a timer that was overslept."""
        goal = self._store.read_fact(ADVANCE)
        self._goal = float(goal) if goal else None
        if self._goal is None:
            self.step(timer)

    def get_limit(self) -> float:
        """Return the time until which everything is to be done."""
        return self.clock.target() if self._goal is None else self._goal

    def step(self, timer: float | None) -> None:
        """Go to the moment at which something is due next, or to where it is to end."""
        if self.clock.is_plain and self._goal is None:
            return
        limit = self.get_limit()
        to = limit if timer is None else min(timer, limit)
        if self._goal is None:
            self.clock.hold(to if to < limit - NEAR_SECONDS else limit)
        else:
            self.clock.move(max(to, self.clock.now()))

    def keep(self) -> None:
        """Write down how the clock goes, inside a transaction."""
        text = self.clock.format()
        if text != self._kept:
            self._store.write_fact(CLOCK, text)
            self._kept = text

    def rest(self) -> None:
        """Note that everything is done until now: a jump has come to its end."""
        self.step(None)
        if self._goal is not None:
            self.clock.set_pace(self._speed, self._goal)
            with self._store.transaction():
                self._store.write_fact(ADVANCE, "")
                self.keep()
            self._goal = None
        if self._is_lockstep and self._store.read_fact(SETTLED) != (now := str(self._store.current_revision())):
            with self._store.transaction():
                self._store.write_fact(SETTLED, now)

    def get_seconds_until(self, due: float) -> float | None:
        """Return how many seconds of the machine it is until a time of the cluster, None for ever."""
        if not self.clock.speed:
            return None
        return max(0.0, (due - self.clock.target()) / self.clock.speed)

    def stop(self) -> None:
        """Let a clock that has a speed of its own stand still until the cluster starts again."""
        if self.clock.speed not in (0.0, 1.0):
            self.clock.set_pace(0.0)
            with self._store.transaction():
                self.keep()
