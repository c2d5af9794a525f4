"""Back-offs that grow with each failure: of restarts and image pulls 10 s, doubled to 5 min, forgotten after 10 quiet minutes.

Upstream: client-go's util/flowcontrol.
"""

from __future__ import annotations

from typing import NamedTuple

INITIAL = 10.0
MAXIMUM = 300.0


class _Entry(NamedTuple):
    delay: float
    updated: float


class Backoff:
    """Delays by key. Times are passed in, so the clock is the caller's."""

    def __init__(self, initial: float = INITIAL, maximum: float = MAXIMUM) -> None:
        self._initial = initial
        self._maximum = maximum
        self._entries: dict[str, _Entry] = {}

    def next(self, key: str, now: float) -> None:
        """Lengthen the delay of `key`, or begin with the first one."""
        entry = self._entries.get(key)
        if entry is None or self._is_expired(entry, now):
            self._entries[key] = _Entry(self._initial, now)
        else:
            self._entries[key] = _Entry(min(entry.delay * 2, self._maximum), now)

    def get_delay(self, key: str, now: float) -> float:
        """Return the delay in force, 0 where none is."""
        entry = self._entries.get(key)
        return 0.0 if entry is None or self._is_expired(entry, now) else entry.delay

    def get_remaining(self, key: str, since: float, now: float) -> float:
        """Return how many seconds are left of the delay counted from `since`, 0 when it is over."""
        delay = self.get_delay(key, now)
        return max(0.0, since + delay - now) if delay else 0.0

    def get_updated(self, key: str) -> float:
        """Return when the delay of `key` was last lengthened, 0 if never."""
        entry = self._entries.get(key)
        return 0.0 if entry is None else entry.updated

    def forget(self, prefix: str) -> None:
        """Drop the delays of every key that begins with `prefix`."""
        self._entries = {key: entry for key, entry in self._entries.items() if not key.startswith(prefix)}

    def _is_expired(self, entry: _Entry, now: float) -> bool:
        return now - entry.updated > 2 * self._maximum
