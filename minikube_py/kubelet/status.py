"""A pod's status from its spec, its sandbox and what the kubelet observed (pure), and the patch that writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from minikube_py.component_base.clock import format_rfc3339
from minikube_py.cri.runtime import ContainerStatus, SandboxStatus
from minikube_py.kubelet.conditions import OWNED, make_conditions
from minikube_py.kubelet.container_status import Health, Observed, convert_container_status, make_user
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.phase import compute_phase, is_sidecar

TERMINAL_PHASES = ("Succeeded", "Failed")


@dataclass(frozen=True)
class PodState:
    """All that decides a pod's status beside its spec.

    `previous` is the status as it stands (see get_known_status). `terminal` says that no container will be started any
    more. `resize` is a condition of a resize that has not been made. `failure` is a (reason, message) that makes the pod
    Failed whatever its containers do, such as DeadlineExceeded.
    """

    previous: Object
    sandbox: SandboxStatus | None
    host_ip: str
    now: float
    observed: Observed = field(default_factory=Observed)
    terminal: bool = False
    failure: tuple[str, str] | None = None
    resize: Object | None = None


def generate_pod_status(pod: Object, state: PodState) -> Object:
    """Return the PodStatus that a kubelet would report."""
    spec, previous = pod["spec"], state.previous
    default_reason = "PodInitializing" if spec.get("initContainers") else "ContainerCreating"
    status: Object = {
        "containerStatuses": [_make(pod, c, "containerStatuses", default_reason, state) for c in spec["containers"]]
    }
    for kind in ("initContainers", "ephemeralContainers"):
        if spec.get(kind):
            key = _STATUS_KEYS[kind]
            status[key] = [_make(pod, c, key, default_reason, state) for c in spec[kind]]
    _set_health(pod, status, state.observed)
    _set_phase(pod, status, state)
    status["startTime"] = previous.get("startTime") or format_rfc3339(state.now)
    status["qosClass"] = previous.get("qosClass") or pod.get("status", {}).get("qosClass")
    _set_addresses(pod, status, state)
    ready = state.sandbox is not None and state.sandbox.state == "ready"
    before, resize = previous.get("conditions") or (), None if state.terminal else state.resize
    status["conditions"] = make_conditions(pod, status, before, sandbox_ready=ready, now=state.now, resize=resize)
    return {key: value for key, value in status.items() if value is not None}


_STATUS_KEYS = {"initContainers": "initContainerStatuses", "ephemeralContainers": "ephemeralContainerStatuses"}


def _make(pod: Object, container: Object, key: str, default_reason: str, state: PodState) -> Object:
    attempts = list_attempts(state.sandbox, container["name"])
    previous = next((s for s in state.previous.get(key) or () if s["name"] == container["name"]), None)
    status = convert_container_status(container, attempts, previous, default_reason, state.observed)
    if status.get("containerID") and "user" not in status:
        status["user"] = make_user(pod, container)
    return status


def list_attempts(sandbox: SandboxStatus | None, name: str) -> Sequence[ContainerStatus]:
    """Return the runtime's statuses of one container, oldest attempt first."""
    if sandbox is None:
        return ()
    return sorted((c for c in sandbox.containers if c.name == name), key=lambda c: c.attempt)


def _set_health(pod: Object, status: Object, observed: Observed) -> None:
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if is_sidecar(c)}
    for entry in status["containerStatuses"]:
        _apply_health(entry, observed)
    for entry in status.get("initContainerStatuses") or ():
        _apply_health(entry, observed)
        if entry["name"] not in sidecars:
            entry["ready"] = entry["state"].get("terminated", {}).get("exitCode") == 0


def _apply_health(entry: Object, observed: Observed) -> None:
    health = observed.health.get(entry["name"], Health(True, True))
    running = "running" in entry["state"]
    entry["started"] = running and health.started
    entry["ready"] = running and health.started and health.ready


def _set_phase(pod: Object, status: Object, state: PodState) -> None:
    statuses = {s["name"]: s for s in (*status["containerStatuses"], *(status.get("initContainerStatuses") or ()))}
    initialized = any(
        attempt.state in ("running", "exited")
        for container in pod["spec"]["containers"]
        for attempt in list_attempts(state.sandbox, container["name"])
    )
    phase = compute_phase(pod, statuses, terminal=state.terminal, initialized=initialized)
    before = state.previous
    if state.failure is not None:
        status["phase"] = "Failed"
        status["reason"], status["message"] = state.failure
        return
    status["phase"] = before["phase"] if before.get("phase") in TERMINAL_PHASES else phase
    if status["phase"] == before.get("phase"):
        status["reason"], status["message"] = before.get("reason"), before.get("message")


def _set_addresses(pod: Object, status: Object, state: PodState) -> None:
    status["hostIP"], status["hostIPs"] = state.host_ip, [{"ip": state.host_ip}]
    address = state.sandbox.ip if state.sandbox is not None else ""
    if pod["spec"].get("hostNetwork"):
        address = state.host_ip
    address = address or state.previous.get("podIP", "")
    if address:
        status["podIP"], status["podIPs"] = address, [{"ip": address}]


def get_known_status(pod: Object, written: Object | None) -> Object:
    """Return a pod's status as it stands: what this kubelet last wrote (the cache may lag) with the conditions of others."""
    cached: Object = pod.get("status") or {}
    if written is None:
        return cached
    foreign = [c for c in cached.get("conditions") or () if c["type"] not in OWNED]
    owned = [c for c in written.get("conditions") or () if c["type"] in OWNED]
    return {**written, "conditions": foreign + owned}


def make_status_patch(uid: str, before: Object, after: Object) -> Object | None:
    """Return the strategic merge patch that makes the status `before` into `after`, or None where they are the same.

    Conditions merge by type, so those of other writers stay; lists of addresses are replaced. The uid makes the patch
    fail on another pod of the same name.
    """
    changes: dict[str, Any] = {}
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key):
            continue
        if key == "conditions":
            changes |= _diff_conditions(before.get(key) or [], after.get(key) or [])
        elif key in ("podIPs", "hostIPs"):
            changes[key] = [{"$patch": "replace"}, *(after.get(key) or [])]
        elif key in after or key in _CLEARED:
            changes[key] = after.get(key)
    return {"metadata": {"uid": uid}, "status": changes} if changes else None


_CLEARED = ("reason", "message")


def _diff_conditions(before: list[Object], after: list[Object]) -> Object:
    known = {condition["type"]: condition for condition in before}
    changed = []
    for condition in after:
        old = known.get(condition["type"])
        if old != condition:
            removed = {key: None for key in (old or {}) if key not in condition}
            changed.append({**condition, **removed})
    names = {condition["type"] for condition in after}
    changed += [{"type": name, "$patch": "delete"} for name in known if name in OWNED and name not in names]
    if not changed:
        return {}
    return {"$setElementOrder/conditions": [{"type": condition["type"]} for condition in after], "conditions": changed}
