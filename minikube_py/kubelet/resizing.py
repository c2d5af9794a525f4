"""Resizing a pod in place (KEP-1287): what its containers were given of what is asked for them.

https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from minikube_py.apimachinery.quantity import ZERO, parse_quantity
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.kubelet.admission import admit, format_amount
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.quantities import sum_requests

PENDING = "PodResizePending"
INFEASIBLE, DEFERRED = "Infeasible", "Deferred"
RETRY_SECONDS = 10.0
"""How long a resize that did not fit waits for the next look: somebody may have gone meanwhile."""

Given = dict[str, Object]


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
        changed = {name: c for name, c in _list_resizable(pod) if pick(c) != self._given.get(name, pick(c))}
        refusal = judge(pod) if changed else None
        self.condition = self._make_condition(refusal, now) if refusal is not None else None
        if refusal is None:
            for name, container in changed.items():
                self.updates.add(name)
                if needs_restart(container, self._given[name], pick(container)):
                    self.restarts.add(name)
            self._given = {name: pick(container) for name, container in _list_resizable(pod)}
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
    """Return why a node cannot give a pod what is asked for it, None where it can."""
    allocatable, wanted = node.get("status", {}).get("allocatable") or {}, sum_requests(pod)
    for name in ("memory", "cpu"):
        asked, capacity = wanted.get(name, ZERO), parse_quantity(allocatable.get(name, 0))
        if name in allocatable and asked > capacity:
            amounts = f"{name}, requested: {format_amount(name, asked)}, capacity: {format_amount(name, capacity)}"
            return Refusal(INFEASIBLE, f"Node didn't have enough capacity: {amounts}")
    rejection = admit(pod, node, [put(other, read_given(other)) for other in others])
    return Refusal(DEFERRED, rejection.message) if rejection is not None else None


def _list_resizable(pod: Object) -> Iterator[tuple[str, Object]]:
    """Yield containers and sidecars by name: the resources of other init containers never change."""
    for container in pod["spec"]["containers"]:
        yield container["name"], container
    for container in pod["spec"].get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            yield container["name"], container


def pick(container: Object) -> Object:
    """Return the requests and limits of a container, as far as it has some."""
    resources = container.get("resources") or {}
    return {way: resources[way] for way in ("requests", "limits") if resources.get(way)}


def read_given(pod: Object) -> Given:
    """Return what a pod's containers have: by its status of those that run, by its spec of the others."""
    status = pod.get("status") or {}
    given = {name: pick(container) for name, container in _list_resizable(pod)}
    for entry in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
        if entry["name"] in given and entry.get("containerID") and entry.get("resources") is not None:
            requests = {"requests": entry["allocatedResources"]} if entry.get("allocatedResources") else {}
            given[entry["name"]] = {**pick(entry), **requests}
    return given


def put(pod: Object, given: Given) -> Object:
    """Return the pod with these resources in place of those of its spec."""
    spec = pod["spec"]
    changed = {}
    for kind in ("containers", "initContainers"):
        if spec.get(kind):
            changed[kind] = [_put_into(container, given.get(container["name"])) for container in spec[kind]]
    return {**pod, "spec": {**spec, **changed}}


def _put_into(container: Object, given: Object | None) -> Object:
    if given is None or pick(container) == given:
        return container
    others = {key: value for key, value in (container.get("resources") or {}).items() if key not in ("requests", "limits")}
    return {**container, "resources": {**others, **given}}


def needs_restart(container: Object, before: Object, after: Object) -> bool:
    """Return whether a container has to be started anew for a change of its resources, by its resizePolicy."""
    policies = {p["resourceName"]: p["restartPolicy"] for p in container.get("resizePolicy") or ()}
    for name in ("cpu", "memory"):
        changed = any((before.get(way) or {}).get(name) != (after.get(way) or {}).get(name) for way in ("requests", "limits"))
        if changed and policies.get(name) == "RestartContainer":
            return True
    return False
