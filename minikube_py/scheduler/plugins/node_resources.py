"""NodeResourcesFit and NodeResourcesBalancedAllocation: requests must fit, the emptier node wins, evenly used ones first."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.pod_resources import scheduling_requests
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
NAME = "NodeResourcesFit"
RESOLVABLE = True
DEFAULT_REQUESTS = {"cpu": 100, "memory": 200 * 1024 * 1024}  # what scoring takes a pod for that asks for nothing


def pre_filter(pod: Object, nodes: list[NodeInfo]) -> dict[str, int]:
    """Return what the pod requests: cpu in thousandths, everything else in units."""
    return scheduling_requests(pod["spec"])


def filter(pod: Object, node: NodeInfo, state: dict[str, int]) -> str:
    """Refuse nodes where a request does not fit; all that is short is named, separated by newlines."""
    short = []
    if len(node.pods) + 1 > node.allocatable.get("pods", 0):
        short.append("Too many pods")
    for resource, amount in state.items():
        if amount and amount > node.allocatable.get(resource, 0) - node.requested.get(resource, 0):
            short.append(f"Insufficient {resource}")
    return "\n".join(short)


def score(pod: Object, node: NodeInfo, state: dict[str, int]) -> int:
    """Prefer nodes with much left, and with cpu and memory used alike."""
    fractions = []
    left = 0
    for resource, default in DEFAULT_REQUESTS.items():
        allocatable = node.allocatable.get(resource, 0)
        if not allocatable:
            continue
        wanted = node.requested.get(resource, 0) + (state.get(resource) or default)
        left += max(0, allocatable - wanted) * MAX_SCORE // allocatable
        fractions.append(min(1.0, wanted / allocatable))
    balanced = int((1 - abs(fractions[0] - fractions[1]) / 2) * MAX_SCORE) if len(fractions) == 2 else MAX_SCORE
    return left // max(1, len(fractions)) + balanced
