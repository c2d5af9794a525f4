"""NodeResourcesFit: requests must fit, and the emptier node is better.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled
"""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.given_resources import held_spec
from minikube_py.scheduler.event import NODE, POD, WAITING, Event
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.requests import SCORED_REQUESTS, Requests, read_requests

Object = dict[str, Any]
NAME = "NodeResourcesFit"
SCOPE = "pods"
WEIGHT = 1
RESOLVABLE = True


def prepare(pod: Object, context: object) -> Requests:
    """Return what the pod requests."""
    return read_requests(pod["spec"])


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
    """Prefer nodes with much left."""
    left = resources = 0
    for resource in SCORED_REQUESTS:
        if allocatable := node.allocatable.get(resource, 0):
            wanted = node.scored.get(resource, 0) + state.scored[resource]
            left += max(0, allocatable - wanted) * MAX_SCORE // allocatable
            resources += 1
    return left // resources if resources else 0


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a pod went that took some of what is wanted, or asks for less; or a node has more now, and enough."""
    asked = {resource for resource, amount in read_requests(pod["spec"]).asked.items() if amount}
    if event.what == POD and event.before is not None:
        before = read_requests(held_spec(event.before)).asked
        after = read_requests(held_spec(event.after)).asked if event.after is not None else {}
        return event.after is None or any(before.get(r, 0) > after.get(r, 0) for r in asked)
    if event.what != NODE or event.after is None:
        return event.what == WAITING
    now = NodeInfo(event.after)
    if filter(pod, now, read_requests(pod["spec"])):
        return False
    then = NodeInfo(event.before).allocatable if event.before is not None else {}
    return any(now.allocatable.get(r, 0) > then.get(r, 0) for r in (*asked, "pods"))
