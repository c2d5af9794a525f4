"""NodeResourcesFit and NodeResourcesBalancedAllocation: requests must fit, the emptier node wins, evenly used ones first."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apis.core.pod_resources import scheduling_requests
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.node_info import SCORED_REQUESTS, Amounts, scored_requests

Object = dict[str, Any]
NAME = "NodeResourcesFit"
RESOLVABLE = True


class Requests(NamedTuple):
    """What the pod requests: cpu in thousandths, everything else in units; and what it counts for in scoring."""

    asked: Amounts
    scored: Amounts


def pre_filter(pod: Object, nodes: list[NodeInfo], context: object) -> Requests:
    """Return what the pod requests."""
    return Requests(scheduling_requests(pod["spec"]), scored_requests(pod["spec"]))


def filter(pod: Object, node: NodeInfo, state: Requests) -> str:
    """Refuse nodes where a request does not fit; all that is short is named, separated by newlines."""
    short = []
    if len(node.pods) + 1 > node.allocatable.get("pods", 0):
        short.append("Too many pods")
    for resource, amount in state.asked.items():
        if amount and amount > node.allocatable.get(resource, 0) - node.requested.get(resource, 0):
            short.append(f"Insufficient {resource}")
    return "\n".join(short)


def score(pod: Object, node: NodeInfo, state: Requests) -> int:
    """Prefer nodes with much left, and with cpu and memory used alike."""
    fractions = []
    left = 0
    for resource in SCORED_REQUESTS:
        allocatable = node.allocatable.get(resource, 0)
        if not allocatable:
            continue
        wanted = node.scored.get(resource, 0) + state.scored[resource]
        left += max(0, allocatable - wanted) * MAX_SCORE // allocatable
        used = node.requested.get(resource, 0) + state.asked.get(resource, 0)
        fractions.append(min(1.0, used / allocatable))
    balanced = int((1 - abs(fractions[0] - fractions[1]) / 2) * MAX_SCORE) if len(fractions) == 2 else MAX_SCORE
    return left // max(1, len(fractions)) + balanced
