"""The one clock. Components get a Clock passed in; none calls `time` itself, so tests own the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, Protocol


class Clock(Protocol):
    """Tells the time in seconds since the Unix epoch."""

    def now(self) -> float: ...


class RealClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()


class Pace(NamedTuple):
    """When the machine's clock showed `real` a cluster's showed `cluster`; from then on it runs `speed` times as fast, 0: not at all."""

    real: float
    cluster: float
    speed: float

    def at(self, real: float) -> float:
        """Return the cluster's time at a time of the machine."""
        return self.cluster + (real - self.real) * self.speed


MAX_PACES = 16


def format_paces(paces: list[Pace]) -> str:
    """Return what a cluster's state keeps of its paces, the latest last: a line each."""
    return "\n".join(f"{pace.real!r} {pace.cluster!r} {pace.speed!r}" for pace in paces[-MAX_PACES:])


def parse_paces(text: str) -> list[Pace]:
    """Return the paces that `format_paces` wrote; none where nothing was."""
    return [Pace(*map(float, line.split())) for line in text.splitlines()]


class StoredClock:
    """A cluster's clock as its state tells it: `read()` returns the paces that its daemon wrote, "" where it is the machine's clock."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read

    def now(self) -> float:
        """Return seconds since the epoch, as the cluster counts them."""
        text = self._read()
        return parse_paces(text)[-1].at(time.time()) if text else time.time()


class FakeClock:
    """A clock that stands still until `advance` moves it."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time it was last set to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._now += seconds


def format_rfc3339(seconds: float) -> str:
    """Return metav1.Time's JSON form, whole seconds in UTC: `2026-11-21T06:30:00Z`."""
    return _format_second(int(seconds // 1)) + "Z"


@lru_cache(maxsize=64)  # much is written within a second
def _format_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def format_rfc3339_micro(seconds: float) -> str:
    """Return metav1.MicroTime's JSON form: `2026-11-21T06:30:00.123456Z`."""
    micros = round(seconds * 1_000_000)
    return f"{_format_second(micros // 1_000_000)}.{micros % 1_000_000:06d}Z"


def parse_rfc3339(text: str) -> float:
    """Return seconds since the epoch of an RFC 3339 time, with or without fraction and offset. Raises ValueError."""
    import datetime

    stamp = datetime.datetime.fromisoformat(text)
    if stamp.tzinfo is None:
        raise ValueError(f"time without zone: {text!r}")
    return stamp.timestamp()
