"""Resizing a pod in place (KEP-1287): what its containers were given of what is asked for them.

https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from minikube_py.apimachinery.quantity import ZERO, parse_quantity
from minikube_py.apis.core.given_resources import INFEASIBLE, PENDING, list_resizable, pick, put, read_given
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.kubelet.admission import admit, format_amount
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.quantities import sum_requests

DEFERRED = "Deferred"
RETRY_SECONDS = 10.0
"""How long a resize that did not fit waits for the next look: somebody may have gone meanwhile."""


class Refusal(NamedTuple):
    """Why a resize is not made: `reason` tells whether it never can be, or not now."""

    reason: str
    message: str


class Resizing:
    """What the containers of one pod were given. `condition` tells of a resize that is asked for and not made.

    `restarts` and `updates` name containers that were given something else since `settle` was called: those that have to
    be started anew for that, and all.
    """

    def __init__(self, pod: Object) -> None:
        self.condition: Object | None = None
        self.restarts: set[str] = set()
        self.updates: set[str] = set()
        self._given = read_given(pod)

    def apply(self, pod: Object, now: float, judge: Callable[[Object], Refusal | None]) -> Object:
        """Return the pod with the resources that it has, after giving it those that are asked for if `judge` lets it."""
        changed = {name: c for name, c in list_resizable(pod) if pick(c) != self._given.get(name, pick(c))}
        refusal = judge(pod) if changed else None
        self.condition = self._make_condition(refusal, now) if refusal is not None else None
        if refusal is None:
            for name, container in changed.items():
                self.updates.add(name)
                if needs_restart(container, self._given[name], pick(container)):
                    self.restarts.add(name)
            self._given = {name: pick(container) for name, container in list_resizable(pod)}
            return pod
        return put(pod, self._given)

    def settle(self) -> None:
        """Forget what has been done about the containers that were given something else."""
        self.restarts.clear()
        self.updates.clear()

    def _make_condition(self, refusal: Refusal, now: float) -> Object:
        before, stamp = self.condition, format_rfc3339(now)
        if before is not None and (before["reason"], before["message"]) == refusal:
            return before
        since = before["lastTransitionTime"] if before is not None and before["reason"] == refusal.reason else stamp
        times = {"lastProbeTime": stamp, "lastTransitionTime": since}
        return {"type": PENDING, "status": "True", "reason": refusal.reason, "message": refusal.message, **times}


def judge_resize(pod: Object, node: Object, others: Iterable[Object]) -> Refusal | None:
    """Return why a node cannot give a pod what is asked for it, None where it can. `others` have what they were given."""
    allocatable, wanted = node.get("status", {}).get("allocatable") or {}, sum_requests(pod)
    for name in ("memory", "cpu"):
        asked, capacity = wanted.get(name, ZERO), parse_quantity(allocatable.get(name, 0))
        if name in allocatable and asked > capacity:
            amounts = f"{name}, requested: {format_amount(name, asked)}, capacity: {format_amount(name, capacity)}"
            return Refusal(INFEASIBLE, f"Node didn't have enough capacity: {amounts}")
    rejection = admit(pod, node, others)
    return Refusal(DEFERRED, rejection.message) if rejection is not None else None


def needs_restart(container: Object, before: Object, after: Object) -> bool:
    """Return whether a container has to be started anew for a change of its resources, by its resizePolicy."""
    policies = {p["resourceName"]: p["restartPolicy"] for p in container.get("resizePolicy") or ()}
    for name in ("cpu", "memory"):
        changed = any((before.get(way) or {}).get(name) != (after.get(way) or {}).get(name) for way in ("requests", "limits"))
        if changed and policies.get(name) == "RestartContainer":
            return True
    return False
