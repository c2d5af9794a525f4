"""A queue of keys: each at most once, some later, failing ones ever later. k8s.io/client-go's util/workqueue."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

BASE_DELAY = 0.005  # seconds, doubled with each failure of a key
MAX_DELAY = 1000.0


class Workqueue(Generic[K]):
    """Keys to reconcile, in the order they were added. Not for several threads."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ready: deque[K] = deque()
        self._queued: set[K] = set()
        self._later: list[tuple[float, int, K]] = []
        self._due: dict[K, float] = {}
        self._failures: dict[K, int] = {}
        self._count = 0

    def add(self, key: K) -> None:
        """Queue a key, unless it is queued already."""
        if key not in self._queued:
            self._queued.add(key)
            self._ready.append(key)

    def add_after(self, key: K, seconds: float) -> None:
        """Queue a key when that time has passed; of several times the earliest counts."""
        due = self._now() + seconds
        if self._due.get(key, due + 1) <= due:
            return
        self._due[key] = due
        self._count += 1
        heapq.heappush(self._later, (due, self._count, key))

    def add_rate_limited(self, key: K) -> float:
        """Queue a key that failed, later with each failure. Return the delay in seconds."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        delay = min(BASE_DELAY * 2.0 ** min(failures, 60), MAX_DELAY)
        self.add_after(key, delay)
        return delay

    def forget(self, key: K) -> None:
        """Count a key's failures from zero again."""
        self._failures.pop(key, None)

    def pop(self) -> K | None:
        """Return the next key that is due, or None."""
        self._promote()
        if not self._ready:
            return None
        key = self._ready.popleft()
        self._queued.discard(key)
        return key

    def next_due(self) -> float | None:
        """Return the time when a key will be due, in the past if one is, or None."""
        self._promote()
        if self._ready:
            return self._now()
        return self._later[0][0] if self._later else None

    def next_timer(self) -> float | None:
        """Return the time for which the first of the later keys was queued, though it may be in the past, or None."""
        return self._later[0][0] if self._later else None

    def _promote(self) -> None:
        now = self._now()
        while self._later and self._later[0][0] <= now:
            due, _, key = heapq.heappop(self._later)
            if self._due.get(key) == due:
                del self._due[key]
                self.add(key)

    def __len__(self) -> int:
        return len(self._ready) + len(self._due)
