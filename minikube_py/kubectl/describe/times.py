"""Points in time and ages as descriptions show them."""

from __future__ import annotations

import time

from minikube_py.apimachinery.duration import human_duration
from minikube_py.component_base.clock import parse_rfc3339

ZERO_TIME = "Mon, 01 Jan 0001 00:00:00 +0000"
UNKNOWN = "<unknown>"


def format_time(stamp: str | None) -> str:
    """Return an RFC 3339 time in the form of RFC 1123, in the zone of the user: `Sat, 21 Nov 2026 06:30:00 +0000`."""
    if not stamp:
        return ZERO_TIME
    return time.strftime("%a, %d %b %Y %H:%M:%S %z", time.localtime(parse_rfc3339(stamp)))


def format_go_time(stamp: str | None) -> str:
    """Return an RFC 3339 time as Go prints it: `2026-11-21 06:30:00 +0000 UTC`."""
    if not stamp:
        return "0001-01-01 00:00:00 +0000 UTC"
    return time.strftime("%Y-%m-%d %H:%M:%S %z %Z", time.localtime(parse_rfc3339(stamp)))


def format_since(stamp: str | None, now: float) -> str:
    """Return how long ago an RFC 3339 time was: `3m2s`, or `<unknown>` without a time."""
    return human_duration(now - parse_rfc3339(stamp)) if stamp else UNKNOWN
