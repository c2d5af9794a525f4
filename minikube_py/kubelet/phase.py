"""A pod's phase from the statuses of its containers (pure).

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minikube_py.kubelet.interfaces import Object


@dataclass
class _Count:
    """How many containers are in each state. `pending_init`: regular init containers; `pending_sidecars`: restartable ones."""

    pending_init: int = 0
    pending_sidecars: int = 0
    failed_init: int = 0
    unknown: int = 0
    running: int = 0
    waiting: int = 0
    stopped: int = 0
    succeeded: int = 0


def is_sidecar(container: Object) -> bool:
    """Tell whether an init container is a restartable one, which runs on beside the others (KEP-753)."""
    return bool(container.get("restartPolicy") == "Always")


def compute_phase(pod: Object, statuses: Mapping[str, Object], *, terminal: bool, initialized: bool) -> str:
    """Return Pending, Running, Succeeded or Failed.

    `statuses` are those of all containers by name. `terminal` says that nothing will be started any more; `initialized`
    that a container other than an init container has run.
    """
    spec, count = pod["spec"], _Count()
    for container in spec.get("initContainers") or ():
        status = statuses.get(container["name"])
        (_count_sidecar if is_sidecar(container) else _count_init)(count, status)
    for container in spec["containers"]:
        _count_regular(count, statuses.get(container["name"]))
    policy = spec.get("restartPolicy", "Always")
    if count.failed_init and policy == "Never":
        return "Failed"
    if count.pending_init or (count.pending_sidecars and not initialized) or count.waiting:
        return "Pending"
    if count.unknown:
        return "Pending"
    if count.running:
        return "Running"
    return _compute_stopped_phase(count, policy, terminal) if count.stopped else "Pending"


def _compute_stopped_phase(count: _Count, policy: str, terminal: bool) -> str:
    if policy == "Always" and not terminal:
        return "Running"
    if count.stopped == count.succeeded:
        return "Succeeded"
    return "Failed" if terminal or policy == "Never" else "Running"


def _count_init(count: _Count, status: Object | None) -> None:
    state = (status or {}).get("state", {})
    ended = state.get("terminated")
    if ended is None and "waiting" in state:
        ended = (status or {}).get("lastState", {}).get("terminated")
    if ended is None:
        count.pending_init += 1
    elif ended["exitCode"] != 0:
        count.failed_init += 1


def _count_sidecar(count: _Count, status: Object | None) -> None:
    if status is None:
        count.unknown += 1
        return
    state = status["state"]
    if "running" in state:
        count.running += 1
        count.pending_sidecars += not status.get("started")
    elif "waiting" in state and "terminated" not in status.get("lastState", {}):
        count.pending_sidecars += 1
        count.waiting += 1


def _count_regular(count: _Count, status: Object | None) -> None:
    if status is None:
        count.unknown += 1
        return
    state = status["state"]
    if "running" in state:
        count.running += 1
    elif "terminated" in state:
        count.stopped += 1
        count.succeeded += state["terminated"]["exitCode"] == 0
    elif "terminated" in status.get("lastState", {}):
        count.stopped += 1
    else:
        count.waiting += 1
