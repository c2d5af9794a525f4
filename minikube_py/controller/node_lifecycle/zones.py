"""How fast lost nodes lose their pods: the more of a zone is lost at once, the likelier it is the network that is.

https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

Object = dict[str, Any]
NODES_PER_SECOND = 0.1  # --node-eviction-rate
SECONDARY_PER_SECOND = 0.01  # --secondary-node-eviction-rate
UNHEALTHY_SHARE = 0.55  # --unhealthy-zone-threshold
LARGE_CLUSTER = 50  # --large-cluster-size-threshold
NORMAL, PARTIAL, FULL = "Normal", "PartialDisruption", "FullDisruption"
REGION_LABEL, ZONE_LABEL = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
EXCLUDED_LABEL = "node.kubernetes.io/exclude-disruption"


class Place(NamedTuple):
    """Where a node is, and whether it counts as ready."""

    zone: str
    ready: bool


def zone_of(node: Object) -> str:
    """Return a node's region and zone as one text, "" where it names neither."""
    labels = node["metadata"].get("labels") or {}
    region, zone = labels.get(REGION_LABEL, ""), labels.get(ZONE_LABEL, "")
    return f"{region}:\x00:{zone}" if region or zone else ""


def judge_zone(ready: int, lost: int) -> str:
    """Return the state of a zone with so many nodes."""
    if not ready and lost:
        return FULL
    return PARTIAL if lost > 2 and lost / (lost + ready) >= UNHEALTHY_SHARE else NORMAL


def evictions_per_second(state: str, size: int) -> float:
    """Return from how many nodes of a zone pods are evicted in a second."""
    if state != PARTIAL:
        return NODES_PER_SECOND
    return SECONDARY_PER_SECOND if size > LARGE_CLUSTER else 0.0


class Zones:
    """Counts ready and lost nodes by zone, and says when the next node of a zone may be tainted so that its pods go."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._counts: Counter[Place] = Counter()
        self._next: dict[str, float] = {}  # zone -> when the next node may be tainted

    def note(self, name: str, place: Place | None) -> None:
        """Take note of where a node is; None: it is gone, or does not count."""
        before = self._places.pop(name, None)
        if before is not None:
            self._counts[before] -= 1
        if place is not None:
            self._places[name] = place
            self._counts[place] += 1

    def judge(self, zone: str) -> str:
        """Return the state of one zone."""
        return judge_zone(self._counts[Place(zone, True)], self._counts[Place(zone, False)])

    def is_all_lost(self) -> bool:
        """Return whether there are nodes and none is ready: then nothing is evicted anywhere."""
        return bool(self._places) and not any(count for place, count in self._counts.items() if place.ready)

    def take_turn(self, zone: str, now: float) -> float:
        """Return 0 where a node of the zone may be tainted now, which uses up the turn; else how long to wait before asking."""
        size = self._counts[Place(zone, True)] + self._counts[Place(zone, False)]
        rate = evictions_per_second(self.judge(zone), size)
        if not rate:
            return 1.0 / NODES_PER_SECOND
        wait = self._next.get(zone, now) - now
        if wait > 0:
            return wait
        self._next[zone] = now + 1.0 / rate
        return 0.0
