"""NodeResourcesBalancedAllocation: nodes are better where cpu and memory are used alike."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.requests import SCORED_REQUESTS, Amounts, read_requests

Object = dict[str, Any]
NAME = "NodeResourcesBalancedAllocation"
SCOPE = "pods"
WEIGHT = 1


def prepare(pod: Object, context: object) -> Amounts | None:
    """Return what the pod requests; None where that is nothing: such pods would heap up on one node."""
    asked = read_requests(pod["spec"]).asked
    return asked if any(asked.get(resource) for resource in SCORED_REQUESTS) else None


def score(pod: Object, node: NodeInfo, state: Amounts) -> int:
    """Prefer nodes on which the shares that are used differ little."""
    shares = [
        min(1.0, (node.requested.get(resource, 0) + state.get(resource, 0)) / allocatable)
        for resource in SCORED_REQUESTS
        if (allocatable := node.allocatable.get(resource, 0))
    ]
    spread = abs((shares[0] - shares[1]) / 2) if len(shares) == 2 else 0.0
    return int((1 - spread) * MAX_SCORE)
