"""Pod: https://kubernetes.io/docs/concepts/workloads/pods/

Only what lists need is here; defaults, validation and warnings are loaded when a pod is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME, tell_since
from minikube_py.apis.kind import Column, Kind, Object

NONE = "<none>"


class Summary(NamedTuple):
    """What a pod's row says about its containers. `last_restart` is an RFC 3339 time or ""."""

    ready: int
    total: int
    status: str
    restarts: int
    last_restart: str


def summarize(pod: Object) -> Summary:
    """Return the READY, STATUS and RESTARTS of a pod, as the API server's own printer reckons them."""
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    reason = status.get("reason") or status.get("phase") or ""
    conditions = status.get("conditions") or ()
    if any(c.get("type") == "PodScheduled" and c.get("reason") == "SchedulingGated" for c in conditions):
        reason = "SchedulingGated"
    init_specs = spec.get("initContainers") or ()
    sidecars = {c["name"] for c in init_specs if c.get("restartPolicy") == "Always"}
    init_statuses, statuses = status.get("initContainerStatuses") or (), status.get("containerStatuses") or ()
    init_reason, ready, seen = _read_init_containers(init_statuses, sidecars, len(init_specs))
    if init_reason and not _is_true(conditions, "Initialized"):
        counted, reason = seen, init_reason
    else:
        counted = [*(s for s in seen if s.get("name") in sidecars), *statuses]
        reason, now_ready = _read_containers(statuses, conditions, init_reason or reason)
        ready += now_ready
    if pod["metadata"].get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    total = len(spec.get("containers") or ()) + len(sidecars)
    return Summary(
        ready, total, reason, sum(s.get("restartCount", 0) for s in counted), max(map(_finished_at, counted), default="")
    )


def _summarize_for_row(pod: Object, now: float) -> Summary:
    """Return the summary of the pod whose row is made: its cells ask one after another, with the same `now`."""
    global _row
    row = _row
    if row is None or row[0] is not pod or row[1] is not now:
        row = _row = (pod, now, summarize(pod))
    return row[2]


_row: tuple[Object, float, Summary] | None = None  # the last one; taken and set whole, for several threads may ask


def _finished_at(status: Object) -> str:
    return ((status.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""


def _is_true(conditions: Sequence[Object], kind: str) -> bool:
    return any(c.get("type") == kind and c.get("status") == "True" for c in conditions)


def _read_init_containers(statuses: Sequence[Object], sidecars: set[str], count: int) -> tuple[str, int, list[Object]]:
    """Return why initialization is not over ("" if it is), how many sidecars are ready, and the statuses looked at."""
    ready = 0
    for index, status in enumerate(statuses):
        state = status.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting")
        if terminated is not None and not terminated.get("exitCode"):
            continue
        if status.get("name") in sidecars and status.get("started"):
            ready += bool(status.get("ready"))
            continue
        seen = list(statuses[: index + 1])
        if terminated is not None:
            return "Init:" + _tell_end(terminated), ready, seen
        if waiting and waiting.get("reason") not in (None, "", "PodInitializing"):
            return "Init:" + waiting["reason"], ready, seen
        return f"Init:{index}/{count}", ready, seen
    return "", ready, list(statuses)


def _read_containers(statuses: Sequence[Object], conditions: Sequence[Object], reason: str) -> tuple[str, int]:
    """Return the reason that the first container with one gives, and how many containers are ready."""
    ready = 0
    for status in reversed(statuses):
        state = status.get("state") or {}
        terminated = state.get("terminated")
        if waiting := (state.get("waiting") or {}).get("reason"):
            reason = waiting
        elif terminated is not None:
            reason = _tell_end(terminated)
        elif status.get("ready") and state.get("running") is not None:
            ready += 1
    if reason == "Completed" and ready:
        reason = "Running" if _is_true(conditions, "Ready") else "NotReady"
    return reason, ready


def _tell_end(terminated: Object) -> str:
    if reason := terminated.get("reason"):
        return str(reason)
    signal = terminated.get("signal")
    return f"Signal:{signal}" if signal else f"ExitCode:{terminated.get('exitCode', 0)}"


def tell_ready(pod: Object, now: float) -> str:
    """Return the READY cell: `1/2`."""
    summary = _summarize_for_row(pod, now)
    return f"{summary.ready}/{summary.total}"


def tell_status(pod: Object, now: float) -> str:
    """Return the STATUS cell."""
    return _summarize_for_row(pod, now).status


def tell_restarts(pod: Object, now: float) -> str:
    """Return the RESTARTS cell: `3 (2m ago)`."""
    summary = _summarize_for_row(pod, now)
    if summary.restarts and summary.last_restart:
        return f"{summary.restarts} ({tell_since(summary.last_restart, now)} ago)"
    return str(summary.restarts)


def tell_readiness_gates(pod: Object, now: float) -> str:
    """Return the READINESS GATES cell: how many of the gates' conditions are true."""
    gates = (pod.get("spec") or {}).get("readinessGates")
    if not gates:
        return NONE
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return f"{sum(_is_true(conditions, gate.get('conditionType', '')) for gate in gates)}/{len(gates)}"


def _tell_ip(pod: Object, now: float) -> str:
    status = pod.get("status") or {}
    addresses = status.get("podIPs")
    return (addresses[0].get("ip") if addresses else status.get("podIP")) or NONE


def _set_defaults(pod: Object) -> None:
    from minikube_py.apis.core.pod_defaults import set_pod_defaults

    set_pod_defaults(pod)


def _prepare_for_create(pod: Object) -> None:
    from minikube_py.apis.core.pod_strategy import prepare_for_create

    prepare_for_create(pod)


def _prepare_for_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.pod_strategy import prepare_for_update

    prepare_for_update(new, old)


def _prepare_for_status_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.pod_strategy import prepare_for_status_update

    prepare_for_status_update(new, old)


def _validate(pod: Object) -> list[FieldError]:
    from minikube_py.apis.core.pod_validation import validate_pod

    return validate_pod(pod)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.pod_update import validate_pod_update

    return validate_pod_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.pod_status_validation import validate_pod_status

    return validate_pod_status(new, old)


def _warn(pod: Object) -> list[str]:
    from minikube_py.apis.core.pod_warnings import warn_about_pod

    return warn_about_pod(pod)


KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    singular="pod",
    short_names=("po",),
    categories=("all",),
    schema="io.k8s.api.core.v1.Pod",
    subresources=(
        "attach",
        "binding",
        "ephemeralcontainers",
        "eviction",
        "exec",
        "log",
        "portforward",
        "proxy",
        "resize",
        "status",
    ),
    generation=True,
    graceful=True,
    columns=(
        NAME,
        Column("Ready", tell_ready),
        Column("Status", tell_status),
        Column("Restarts", tell_restarts),
        AGE,
        Column("IP", _tell_ip, priority=1),
        Column("Node", lambda pod, now: pod["spec"].get("nodeName") or NONE, priority=1),
        Column("Nominated Node", lambda pod, now: (pod.get("status") or {}).get("nominatedNodeName") or NONE, priority=1),
        Column("Readiness Gates", tell_readiness_gates, priority=1),
    ),
    selectable={
        "spec.nodeName": lambda pod: pod["spec"].get("nodeName") or "",
        "spec.restartPolicy": lambda pod: pod["spec"].get("restartPolicy") or "",
        "spec.schedulerName": lambda pod: pod["spec"].get("schedulerName") or "",
        "spec.serviceAccountName": lambda pod: pod["spec"].get("serviceAccountName") or "",
        "spec.hostNetwork": lambda pod: "true" if pod["spec"].get("hostNetwork") else "false",
        "status.phase": lambda pod: (pod.get("status") or {}).get("phase") or "",
        "status.podIP": lambda pod: (pod.get("status") or {}).get("podIP") or "",
        "status.nominatedNodeName": lambda pod: (pod.get("status") or {}).get("nominatedNodeName") or "",
    },
    set_defaults=_set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=_warn,
    warns_of_updates=False,  # many are written by machines
)
