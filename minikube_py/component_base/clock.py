"""The one clock. Components get a Clock passed in; none calls `time` itself, so tests own the time."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """Tells the time in seconds since the Unix epoch."""

    def now(self) -> float: ...


class RealClock:
    """The machine's clock, optionally running `speed` times as fast from the moment it is made."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = time.time()

    def now(self) -> float:
        """Return seconds since the epoch, sped up."""
        if self.speed == 1.0:
            return time.time()
        return self._start + (time.time() - self._start) * self.speed


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
