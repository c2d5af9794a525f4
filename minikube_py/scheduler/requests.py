"""What pods request, read once for all pods that request the same."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apis.core.pod_resources import scheduling_requests

Object = dict[str, Any]
Amounts = dict[str, int]
SCORED_REQUESTS = {"cpu": 100, "memory": 200 * 1024 * 1024}  # what scoring takes a container for that asks for nothing
_REMEMBERED = 4096
_known: dict[str, Requests] = {}


class Requests(NamedTuple):
    """What a pod requests: cpu in thousandths, everything else in units; and what it counts for in scoring."""

    asked: Amounts
    scored: Amounts


def read_requests(spec: Object) -> Requests:
    """Return what a PodSpec requests. The answer is shared: it must not be changed."""
    key = repr(
        (
            [c.get("resources") for c in spec.get("containers") or ()],
            [(c.get("resources"), c.get("restartPolicy")) for c in spec.get("initContainers") or ()],
            spec.get("overhead"),
        )
    )
    known = _known.get(key)
    if known is None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        known = _known[key] = Requests(scheduling_requests(spec), scored_requests(spec))
    return known


def scored_requests(spec: Object) -> Amounts:
    """Return the cpu and memory that a pod counts for in scoring: containers that ask for nothing count for a little."""
    total = dict.fromkeys(SCORED_REQUESTS, 0)
    known = scheduling_requests(spec)
    for resource, amount in SCORED_REQUESTS.items():
        containers = spec.get("containers") or ()
        silent = sum(not ((c.get("resources") or {}).get("requests") or {}).get(resource) for c in containers)
        total[resource] = known.get(resource, 0) + silent * amount
    return total


def add_amounts(total: Amounts, more: Amounts, sign: int = 1) -> None:
    """Add amounts to others, resource by resource; `sign` -1 takes them away."""
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + sign * amount
