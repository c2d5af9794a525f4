"""Events live for an hour after they were written last. Upstream: the API server's --event-ttl, a lease of etcd's.

Events are not cached: they are listed when the next one is due, and not more often than once a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import EVENTS, NAMESPACES
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
TTL_SECONDS = 3600.0
PERIOD_SECONDS = 60.0
PAGE = 500  # that are looked at together
AT_ONCE = 2000  # how many go in one turn, so that others get theirs
ALL = Key("", "")


class EventTTL:
    """Reconciles all events together: the one key there is."""

    def __init__(self, context: Context) -> None:
        self._client, self._clock = context.client, context.clock
        self.started = False

    def reconcile(self, key: Key) -> Result:
        """Delete the events whose time is over; say when the next one is due."""
        self.started = True
        now = self._clock.now()
        over, first = [], now + TTL_SECONDS
        for event in self._client.iterate(EVENTS, limit=PAGE):
            due = last_written(event) + TTL_SECONDS
            if due <= now:
                over.append((due, event))
            else:
                first = min(first, due)
        over.sort(key=lambda pair: pair[0])
        for _, event in over[:AT_ONCE]:
            delete_exactly(self._client, EVENTS, event)
        if len(over) > AT_ONCE:
            return Result(0.0)
        return Result(max(PERIOD_SECONDS, first - now))


def last_written(event: Object) -> float:
    """Return when an event was written last: counted up, continued as a series, or created."""
    stamps = (
        event["metadata"].get("creationTimestamp"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        (event.get("series") or {}).get("lastObservedTime"),
    )
    return max(parse_rfc3339(stamp) for stamp in stamps if stamp)


def _first_namespace(namespace: Object, context: Context) -> Iterable[Key]:
    """Begin with the first namespace there is; from then on the clock alone decides."""
    controller: EventTTL = context.reconciler
    return () if controller.started else (ALL,)


CONTROLLER = Controller("event-ttl", (Watch(NAMESPACES, _first_namespace),), EventTTL)
