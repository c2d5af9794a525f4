"""For which zones the endpoints of a Service are meant, shared out by the cpus of the zones' nodes.

https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/ Upstream: k8s.io/endpointslice/topologycache.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.unstructured import is_condition_true

Object = dict[str, Any]
ANNOTATIONS = ("service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints")
ZONE_LABEL = "topology.kubernetes.io/zone"
LEFT_OUT = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
OVERLOAD = 0.2  # by how much more than its share of connections an endpoint may get
NO_NODES = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
NO_ZONE = "One or more endpoints do not have a zone specified"
TOO_FEW = "Insufficient number of endpoints"
OVERLOADED = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"


class Unshared(Exception):
    """Why endpoints cannot be shared out; the text is Kubernetes'."""


class Share(NamedTuple):
    """How many endpoints a zone is to have, at least and at best."""

    minimum: int
    desired: float


def is_asked_for(service: Object) -> bool:
    """Return whether a Service wants its endpoints shared out."""
    annotations = service["metadata"].get("annotations") or {}
    value = next((annotations[name] for name in ANNOTATIONS[::-1] if name in annotations), "")
    return value in ("Auto", "auto")


def weigh_zones(nodes: Iterable[Object]) -> dict[str, float]:
    """Return each zone's part of the cpus of all ready nodes; nothing where not every such node tells zone and cpus, or all are in one."""
    cpus: Counter[str] = Counter()
    for node in nodes:
        labels, status = node["metadata"].get("labels") or {}, node.get("status") or {}
        if any(name in labels for name in LEFT_OUT) or not is_condition_true(status.get("conditions"), "Ready"):
            continue
        cpu = parse_quantity((status.get("allocatable") or {}).get("cpu") or "0")
        if not labels.get(ZONE_LABEL) or not cpu:
            return {}
        cpus[labels[ZONE_LABEL]] += cpu.nanos
    total = sum(cpus.values())
    return {zone: amount / total for zone, amount in sorted(cpus.items())} if len(cpus) > 1 else {}


def divide(weights: dict[str, float], count: int) -> dict[str, Share]:
    """Return what each zone is to have of so many endpoints. Raises Unshared."""
    if not weights:
        raise Unshared(NO_NODES)
    counts = f"({count} endpoints, {len(weights)} zones)"
    if len(weights) > count:
        raise Unshared(f"{TOO_FEW} {counts}")
    shares: dict[str, Share] = {}
    for zone, weight in weights.items():
        minimum = math.ceil(weight * count / (1 + OVERLOAD))
        shares[zone] = Share(minimum, max(weight * count, minimum))
    if sum(share.minimum for share in shares.values()) > count:
        raise Unshared(f"{OVERLOADED} {counts}")
    return shares


def choose_zones(zones: Sequence[str], weights: dict[str, float]) -> list[str]:
    """Return for which zone each endpoint is meant, given where each is: its own as a rule. Raises Unshared."""
    shares = divide(weights, len(zones))
    if not all(zones):
        raise Unshared(NO_ZONE)
    giving, receiving = plan_moves(shares, Counter(zones))
    chosen = []
    for zone in zones:
        taker = next((name for name in sorted(receiving) if receiving[name] > 0), None)
        if giving[zone] > 0 and taker is not None:
            giving[zone] -= 1
            receiving[taker] -= 1
            chosen.append(taker)
        else:
            chosen.append(zone)
    return chosen


def plan_moves(shares: dict[str, Share], held: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """Return how many endpoints each zone gives to others, and how many each gets."""
    surplus = {zone: held[zone] - share.desired for zone, share in shares.items()}
    giving: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    while True:
        giver, taker = max(sorted(surplus), key=surplus.__getitem__), min(sorted(surplus), key=surplus.__getitem__)
        gives, takes = surplus[giver], -surplus[taker]
        if min(gives, takes) < 0.5 or max(gives, takes) < 1.0:
            return giving, receiving
        for zone, moves, step in ((giver, giving, -1), (taker, receiving, 1)):
            moves[zone] += 1
            surplus[zone] += step
