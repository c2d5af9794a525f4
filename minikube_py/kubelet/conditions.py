"""The conditions of a pod that its kubelet owns (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minikube_py.component_base.clock import format_rfc3339
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.phase import is_sidecar

OWNED = (
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
    "PodResizePending",
    "PodResizeInProgress",
)


def make_conditions(
    pod: Object, status: Object, previous: Iterable[Object], *, sandbox_ready: bool, now: float, resize: Object | None = None
) -> list[Object]:
    """Return the conditions for `status` (phase and container statuses filled in), those of others first and unchanged.

    `previous` are the conditions as they stand; one whose status stays keeps its lastTransitionTime. `resize` tells of a
    resize that has not been made.
    """
    before = {condition["type"]: condition for condition in previous}
    others = [condition for name, condition in before.items() if name not in OWNED]
    statuses = {
        entry["name"]: entry for key in ("initContainerStatuses", "containerStatuses") for entry in status.get(key) or ()
    }
    containers_ready = _make_containers_ready(pod, statuses, status["phase"])
    made = [
        {"type": "PodReadyToStartContainers", "status": _format_bool(sandbox_ready)},
        _make_initialized(pod, statuses, status["phase"]),
        _make_ready(pod, containers_ready, before),
        {"type": "ContainersReady", **containers_ready},
        {"type": "PodScheduled", "status": "True"},
    ]
    pending = [] if resize is None else [resize]
    return [*others, *pending, *(_with_times(condition, before.get(condition["type"]), now) for condition in made)]


def _with_times(condition: Object, before: Object | None, now: float) -> Object:
    changed = format_rfc3339(now)
    if before is not None and before["status"] == condition["status"] and before.get("lastTransitionTime"):
        changed = before["lastTransitionTime"]
    return {**condition, "lastProbeTime": None, "lastTransitionTime": changed}


def _format_bool(value: bool) -> str:
    return "True" if value else "False"


def _format_list(label: str, names: list[str]) -> list[str]:
    return [f"containers with {label} status: [{' '.join(names)}]"] if names else []


def _make_containers_ready(pod: Object, statuses: Mapping[str, Object], phase: str) -> Object:
    unknown: list[str] = []
    unready: list[str] = []
    sidecars = [c for c in pod["spec"].get("initContainers") or () if is_sidecar(c)]
    for container in (*sidecars, *pod["spec"]["containers"]):
        status = statuses.get(container["name"])
        if status is None:
            unknown.append(container["name"])
        elif not status["ready"]:
            unready.append(container["name"])
    if phase == "Failed":
        return {"status": "False", "reason": "PodFailed"}
    if phase == "Succeeded" and not unknown:
        return {"status": "False", "reason": "PodCompleted"}
    message = ", ".join(_format_list("unknown", unknown) + _format_list("unready", unready))
    if message:
        return {"status": "False", "reason": "ContainersNotReady", "message": message}
    return {"status": "True"}


def _make_ready(pod: Object, containers_ready: Object, conditions: Mapping[str, Object]) -> Object:
    if containers_ready["status"] != "True":
        return {"type": "Ready", **containers_ready}
    messages = []
    for gate in pod["spec"].get("readinessGates") or ():
        name = gate["conditionType"]
        if name not in conditions:
            messages.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif conditions[name]["status"] != "True":
            messages.append(f'the status of pod readiness gate "{name}" is not "True", but {conditions[name]["status"]}')
    if messages:
        return {"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady", "message": ", ".join(messages)}
    return {"type": "Ready", "status": "True"}


def _make_initialized(pod: Object, statuses: Mapping[str, Object], phase: str) -> Object:
    unknown: list[str] = []
    incomplete: list[str] = []
    for container in pod["spec"].get("initContainers") or ():
        status = statuses.get(container["name"])
        if status is None:
            unknown.append(container["name"])
        elif not status.get("started" if is_sidecar(container) else "ready"):
            incomplete.append(container["name"])
    if phase == "Succeeded" and not unknown:
        return {"type": "Initialized", "status": "True", "reason": "PodCompleted"}
    message = ", ".join(_format_list("unknown", unknown) + _format_list("incomplete", incomplete))
    if not message or any(_has_started(statuses.get(c["name"])) for c in pod["spec"]["containers"]):
        return {"type": "Initialized", "status": "True"}
    return {"type": "Initialized", "status": "False", "reason": "ContainersNotInitialized", "message": message}


def _has_started(status: Object | None) -> bool:
    if status is None:
        return False
    return any(key in status["state"] for key in ("running", "terminated")) or "terminated" in status.get("lastState", {})
