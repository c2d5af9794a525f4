"""Which start of a cron job is due, and when to look again. Pure. Upstream: pkg/controller/cronjob/utils.go.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-creation
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.cron import Schedule
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
MANY = 100  # missed starts from which on somebody is told
DELTA = 0.1  # seconds after a start's time, so that it is due for certain
TOO_DENSE = "time difference between two schedules is less than 1 second"


class Missed(NamedTuple):
    """The starts that were due since `earliest`: the last of them, and how many there were."""

    earliest: float
    last: float | None = None
    starts: int = 0


def find_missed(cron_job: Object, schedule: Schedule, now: float, *, within_deadline: bool) -> Missed:
    """Return the starts due since the last one, or only those that startingDeadlineSeconds still allows. Raises ValueError."""
    spec, status = cron_job["spec"], cron_job.get("status") or {}
    earliest = parse_rfc3339(status.get("lastScheduleTime") or cron_job["metadata"]["creationTimestamp"])
    if within_deadline and spec.get("startingDeadlineSeconds") is not None:
        earliest = max(earliest, now - spec["startingDeadlineSeconds"])
    first = schedule.next(earliest)
    if first is None:
        raise ValueError(TOO_DENSE)  # no day has such a date
    if now < first:
        return Missed(earliest)
    second = schedule.next(first)
    if second is None or now < second:
        return Missed(earliest, first)
    period = round(second - first)
    if period < 1:
        raise ValueError(TOO_DENSE)
    count = int(now - first) // period + 1
    return Missed(earliest, _find_last(schedule, first + (count - 2) * period, now), count)


def _find_last(schedule: Schedule, start: float, now: float) -> float | None:
    last = None
    when = schedule.next(start)
    while when is not None and when <= now:
        last, when = when, schedule.next(when)
    return last


def next_look(cron_job: Object, schedule: Schedule, now: float) -> float | None:
    """Return in how many seconds the next start is due; None for never."""
    try:
        missed = find_missed(cron_job, schedule, now, within_deadline=False)
    except ValueError:
        since = now
    else:
        since = (now if missed.starts else missed.earliest) if missed.last is None else missed.last
    due = schedule.next(since)
    return None if due is None else max(0.0, due + DELTA - now)
