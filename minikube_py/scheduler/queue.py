"""The pods that wait for a node: those to look at now, those that have to pause, those that wait for a change.

Upstream: pkg/scheduler/backend/queue. Pods that pause are looked at early when nothing else is to do (KEP-5142), unless they met an error.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Any

from minikube_py.client.reconcile import Key
from minikube_py.scheduler.event import WAITING, Event
from minikube_py.scheduler.framework import find_plugins
from minikube_py.scheduler.priority import priority_of
from minikube_py.scheduler.template import template_of

Object = dict[str, Any]
Group = tuple[str, frozenset[str]]  # pods that ask for the same, and who refused them
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds; doubled with each attempt
FORGOTTEN_AFTER = 300.0  # seconds after which a pod that nothing woke is looked at all the same
ACTIVE, PAUSING, FAILED, WAITING_FOR_CHANGE, TAKEN = "active", "pausing", "failed", "waiting for a change", "taken"


class Queued:
    """A pod in the queue: how often it was looked at, who refused it last, and until when it has to pause."""

    __slots__ = ("attempts", "group", "key", "pause_until", "place", "plugins", "pod", "turn")

    def __init__(self, key: Key, pod: Object) -> None:
        self.key, self.pod = key, pod
        self.attempts = 0
        self.plugins: frozenset[str] = frozenset()
        self.pause_until = 0.0
        self.place = TAKEN
        self.group: Group | None = None
        self.turn = 0  # of the heaps' entries about the pod, the one with this number holds


class SchedulingQueue:
    """Keeps each pod in one place. `now` tells the time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._pods: dict[Key, Queued] = {}
        self._heaps: dict[str, list[tuple[float, int, Queued]]] = {
            place: [] for place in (ACTIVE, PAUSING, FAILED, WAITING_FOR_CHANGE)
        }
        self._groups: dict[Group, dict[Key, Queued]] = {}
        self._count = count(1)

    def update(self, key: Key, pod: Object) -> None:
        """Take in the newest state of a pod that wants a node."""
        known = self._pods.get(key)
        if known is None or known.pod["metadata"]["uid"] != pod["metadata"]["uid"]:
            self.remove(key)
            known = self._pods[key] = Queued(key, pod)
            self._put(known, ACTIVE)
            return
        before, known.pod = known.pod, pod
        changed = what_counts(before) != what_counts(pod)
        if changed and known.place == WAITING_FOR_CHANGE and _is_worth(known.plugins, pod, Event(WAITING, before, pod)):
            self._release(known)

    def remove(self, key: Key) -> None:
        """Forget a pod."""
        known = self._pods.pop(key, None)
        if known is not None:
            self._take(known)

    def pop(self) -> Queued | None:
        """Return the pod to look at next: the most important of those that may be, the one that waits longest first."""
        self._promote()
        for place in (ACTIVE, PAUSING):
            found = self._peek(place)
            if found is not None:
                self._take(found)
                found.attempts += 1
                return found
        return None

    def put_back(self, queued: Queued, plugins: Collection[str]) -> None:
        """Have a pod wait that those plugins refused, or, where there are none, that met an error."""
        if self._pods.get(queued.key) is not queued:
            return
        queued.plugins = frozenset(plugins)
        queued.pause_until = self._now() + min(FIRST_PAUSE * 2.0 ** (queued.attempts - 1), LONGEST_PAUSE)
        self._put(queued, WAITING_FOR_CHANGE if plugins else FAILED)

    def wake(self, event: Event) -> None:
        """Let go the pods for which an event may have made room."""
        for group, members in list(self._groups.items()):
            sample = next(iter(members.values()))
            if _is_worth(group[1], sample.pod, event):
                for queued in list(members.values()):
                    self._release(queued)

    def next_due(self) -> float | None:
        """Return when a pod is to be looked at, in the past if now, or None."""
        if self._peek(ACTIVE) is not None or self._peek(PAUSING) is not None:
            return self._now()
        dues = [self._heaps[place][0][0] for place in (FAILED, WAITING_FOR_CHANGE) if self._peek(place) is not None]
        return min(dues, default=None)

    def _release(self, queued: Queued) -> None:
        self._take(queued)
        self._put(queued, PAUSING if queued.pause_until > self._now() else ACTIVE)

    def _promote(self) -> None:
        """Let go those whose pause is over, and those that were forgotten."""
        now = self._now()
        for place in (PAUSING, FAILED, WAITING_FOR_CHANGE):
            while (queued := self._peek(place)) is not None and self._heaps[place][0][0] <= now:
                self._release(queued)

    def _peek(self, place: str) -> Queued | None:
        heap = self._heaps[place]
        while heap:
            _, turn, queued = heap[0]
            if queued.place == place and queued.turn == turn:
                return queued
            heapq.heappop(heap)
        return None

    def _put(self, queued: Queued, place: str) -> None:
        queued.place, queued.turn = place, next(self._count)
        rank = queued.pause_until
        if place == ACTIVE:
            rank = -priority_of(queued.pod)
        elif place == WAITING_FOR_CHANGE:
            rank = self._now() + FORGOTTEN_AFTER
            queued.group = (_describe(queued.pod), queued.plugins)
            self._groups.setdefault(queued.group, {})[queued.key] = queued
        heapq.heappush(self._heaps[place], (rank, queued.turn, queued))

    def _take(self, queued: Queued) -> None:
        queued.place = TAKEN
        if queued.group is not None:
            members = self._groups[queued.group]
            del members[queued.key]
            if not members:
                del self._groups[queued.group]
            queued.group = None


def what_counts(pod: Object) -> tuple[Any, ...]:
    """Return what of a pod decides where it may go, or whether others are near it: not what its status says."""
    metadata = pod["metadata"]
    return metadata["uid"], metadata.get("generation"), metadata.get("labels"), metadata.get("deletionTimestamp")


def _describe(pod: Object) -> str:
    """Return all that `wakes` of plugins reads in a pod."""
    metadata, spec = pod["metadata"], pod["spec"]
    unclaimed = {"projected", "configMap", "secret", "emptyDir", "downwardAPI"}
    claims = [volume for volume in spec.get("volumes") or () if not volume.keys() & unclaimed]
    of_name = metadata["name"] if claims else ""  # claims of ephemeral volumes are called by it
    labels = (metadata["namespace"], of_name, metadata.get("labels"))
    return repr((template_of(pod), labels, spec.get("affinity"), spec.get("topologySpreadConstraints"), claims))


def _is_worth(plugins: Iterable[str], pod: Object, event: Event) -> bool:
    return any(plugin.wakes(pod, event) for name in plugins for plugin in find_plugins(name, "wakes"))
