"""Where a Service's connections may go, and which of these places one client's go to.

https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Object = dict[str, Any]


class Target(NamedTuple):
    """Where a connection may go: a port of a pod, on a node. `zones` are those that the pod is meant for, none: all.

    What is no pod has no uid but an `address`, on this machine's network.
    """

    pod_uid: str
    port: int
    node: str = ""
    zones: tuple[str, ...] = ()
    address: str = ""


class Origin(NamedTuple):
    """Where a connection comes from: a node and its zone; both "" for what comes from outside the cluster."""

    node: str = ""
    zone: str = ""


def list_targets(slices: Iterable[Object], port_name: str) -> list[Target]:
    """Return what a Service's slices name, pods as a rule, that takes connections, at the port of that name.

    These are the ready ones; where none is, those that are on their way out but still serve (KEP-1669).
    """
    ready: list[Target] = []
    leaving: list[Target] = []
    for one in slices:
        number = next((p["port"] for p in one.get("ports") or () if (p.get("name") or "") == port_name and p.get("port")), None)
        if number is None:
            continue
        for endpoint in one.get("endpoints") or ():
            reference, conditions = endpoint.get("targetRef") or {}, endpoint.get("conditions") or {}
            uid = reference["uid"] if reference.get("kind") == "Pod" else ""
            if not uid and one.get("addressType") == "FQDN":
                continue
            zones = tuple(zone["name"] for zone in (endpoint.get("hints") or {}).get("forZones") or ())
            target = Target(uid, number, endpoint.get("nodeName") or "", zones, endpoint["addresses"][0])
            if conditions.get("ready", True):
                ready.append(target)
            elif conditions.get("serving") and conditions.get("terminating"):
                leaving.append(target)
    return ready or leaving


def choose_near(targets: Sequence[Target], origin: Origin, *, local: bool) -> Sequence[Target]:
    """Return the targets for connections from a place inside the cluster.

    `local` is internalTrafficPolicy: Local, which leaves those of the origin's own node or none. Else hints count,
    if every target has some and one is for the origin's zone.
    """
    if local and origin.node:
        return [target for target in targets if target.node == origin.node]
    if not origin.zone or not all(target.zones for target in targets):
        return targets
    return [target for target in targets if origin.zone in target.zones] or targets


class Affinity:
    """Remembers where clients' connections went: sessionAffinity ClientIP."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Target, float]] = {}  # client's address -> target, and until when

    def find(self, client: str, targets: Sequence[Target], now: float) -> Target | None:
        """Return the target that a client had last, if that is not too long ago and the target is still one."""
        known = self._known.get(client)
        return known[0] if known is not None and now < known[1] and known[0] in targets else None

    def keep(self, client: str, target: Target, until: float, now: float) -> None:
        """Remember a client's target, and forget those whose time is over."""
        if client not in self._known:
            self._known = {name: entry for name, entry in self._known.items() if now < entry[1]}
        self._known[client] = (target, until)
