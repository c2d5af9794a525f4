"""Schedules as in crontab: the five fields and the @words of robfig/cron v3, with its error texts. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

YEARS_AHEAD = 5  # a schedule that names no day within them never comes, such as 31 February
FIELDS = 5


class Bounds(NamedTuple):
    """What a field may hold, and the names of its values."""

    low: int
    high: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """Return the value that a name or number stands for. Raises ValueError."""
        if text.lower() in self.names:
            return self.low + self.names.index(text.lower())
        return parse_number(text)


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
BOUNDS = (Bounds(0, 59), Bounds(0, 23), Bounds(1, 31), Bounds(1, 12, MONTHS), Bounds(0, 6, WEEKDAYS))
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class Field(NamedTuple):
    """The values at which a field matches; `any` says that it was a star, which leaves days to the other day field."""

    values: frozenset[int]
    any: bool


class Schedule(Protocol):
    """Tells when something is due."""

    def next(self, after: float) -> float | None:
        """Return the first due time after `after`, in seconds since the epoch; None where there is none for years."""


class Interval(NamedTuple):
    """@every: a constant delay, in whole seconds."""

    delay: int

    def next(self, after: float) -> float | None:
        """Return the time one delay later, cut to the second."""
        return math.floor(after) + self.delay


class Calendar(NamedTuple):
    """Five fields, judged in a time zone."""

    minutes: Field
    hours: Field
    days: Field
    months: Field
    weekdays: Field
    zone: tzinfo

    def next(self, after: float) -> float | None:
        """Return the first matching minute after `after`.

        Clock changes go as in robfig/cron: an hour that is left out is not made up for, one that comes twice counts twice.
        """
        when: float | None = math.floor(after) + 1
        last_year = self._local(math.floor(after) + 1).year + YEARS_AHEAD
        while when is not None and self._local(when).year <= last_year:
            later = self._step(when)
            if later == when:
                return when
            when = later
        return None

    def _local(self, when: float) -> datetime:
        from datetime import datetime

        return datetime.fromtimestamp(when, self.zone)

    def _step(self, when: float) -> float:
        """Return `when` if it matches, else the beginning of the next month, day, hour or minute that might."""
        local = self._local(when)
        if local.month not in self.months.values:
            return self._begin(local.year + local.month // 12, local.month % 12 + 1, 1)
        if not self._matches_day(local):
            return self._begin(local.year, local.month, local.day, days=1)
        if local.hour not in self.hours.values:
            return when - local.minute * 60 - local.second + 3600
        if local.second:
            return when - local.second + 60
        return when if local.minute in self.minutes.values else when + 60

    def _begin(self, year: int, month: int, day: int, days: int = 0) -> float:
        """Return the beginning of a day, or of one some days later."""
        from datetime import datetime, timedelta

        return (datetime(year, month, day, tzinfo=self.zone) + timedelta(days=days)).timestamp()

    def _matches_day(self, local: datetime) -> bool:
        by_day, by_weekday = local.day in self.days.values, local.isoweekday() % 7 in self.weekdays.values
        if self.days.any or self.weekdays.any:
            return by_day and by_weekday
        return by_day or by_weekday


def parse_schedule(text: str, time_zone: str = "") -> Schedule:
    """Return the schedule that a text describes, in a time zone unless the text names one. Raises ValueError as robfig/cron."""
    from minikube_py.apimachinery.time_zones import load_location

    if not text:
        raise ValueError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, _, text = text.partition(" ")
        time_zone = prefix.partition("=")[2]
        text = text.strip()
        try:
            load_location(time_zone)
        except ValueError as error:
            raise ValueError(f"provided bad location {time_zone}: {error}") from error
    if text.startswith("@every "):
        return _parse_interval(text)
    if text.startswith("@"):
        if text not in DESCRIPTORS:
            raise ValueError(f"unrecognized descriptor: {text}")
        text = DESCRIPTORS[text]
    fields = text.split()
    if len(fields) != FIELDS:
        raise ValueError(f"expected exactly {FIELDS} fields, found {len(fields)}: [{' '.join(fields)}]")
    parsed = [_parse_field(field, bounds) for field, bounds in zip(fields, BOUNDS, strict=True)]
    return Calendar(parsed[0], parsed[1], parsed[2], parsed[3], parsed[4], load_location(time_zone))


def _parse_interval(text: str) -> Interval:
    from minikube_py.apimachinery.duration import SECOND, parse_duration

    try:
        duration = parse_duration(text.removeprefix("@every "))
    except ValueError as error:
        raise ValueError(f"failed to parse duration {text}: {error}") from error
    return Interval(max(1, duration // SECOND))


def _parse_field(text: str, bounds: Bounds) -> Field:
    parsed = [_parse_range(part, bounds) for part in text.split(",") if part]
    values = frozenset(value for field in parsed for value in field.values)
    return Field(values, any(field.any for field in parsed))


def _parse_range(text: str, bounds: Bounds) -> Field:
    """Return what `*`, `5`, `1-5`, `*/15` or `10/5` stands for. Raises ValueError."""
    ends, *steps = text.split("/")
    low, *rest = ends.split("-")
    is_star = low in ("*", "?")
    if is_star:
        first, last = bounds.low, bounds.high
    else:
        first = bounds.number(low)
        if len(rest) > 1:
            raise ValueError(f"too many hyphens: {text}")
        last = bounds.number(rest[0]) if rest else first
    if len(steps) > 1:
        raise ValueError(f"too many slashes: {text}")
    step = parse_number(steps[0]) if steps else 1
    if steps and not rest:
        last = bounds.high
    _check_range(text, (first, last, step), bounds)
    return Field(frozenset(range(first, last + 1, step)), is_star and step <= 1)


def _check_range(text: str, chosen: tuple[int, int, int], bounds: Bounds) -> None:
    first, last, step = chosen
    if first < bounds.low:
        raise ValueError(f"beginning of range ({first}) below minimum ({bounds.low}): {text}")
    if last > bounds.high:
        raise ValueError(f"end of range ({last}) above maximum ({bounds.high}): {text}")
    if first > last:
        raise ValueError(f"beginning of range ({first}) beyond end of range ({last}): {text}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {text}")


def parse_number(text: str) -> int:
    """Return a number of at least zero. Raises ValueError in the words of robfig/cron."""
    from minikube_py.apimachinery.intstr import parse_int

    try:
        number = parse_int(text)
    except ValueError as error:
        raise ValueError(f"failed to parse int from {text}: {error}") from error
    if number < 0:
        raise ValueError(f"negative number ({number}) not allowed: {text}")
    return number
