"""Time zones by their IANA names, as Go's time.LoadLocation finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

UTC_NAMES = ("", "UTC")


def load_location(name: str) -> tzinfo:
    """Return a time zone; the empty name is UTC. Raises ValueError in the words of Go's time."""
    from datetime import UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name in UTC_NAMES:
        return UTC
    if name == "Local":  # the clusters' components run in UTC
        return UTC
    if ".." in name or name[:1] in ("/", "\\"):
        raise ValueError("time: invalid location name")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name}") from error
