"""How many of a budget's pods are healthy, how many must be, and which are about to go. Pure but for the scale it asks for.

https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.intstr import scaled_value
from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.client.pod_control import is_ready
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
DELETION_TIMEOUT = 120.0  # seconds within which an evicted pod is deleted, or it stays and counts again
Scale = tuple[str, int]  # the uid of what controls a pod, and how many pods it is to have
FindScale = Callable[[Object, str], Scale | None]


class Expected(NamedTuple):
    """How many pods there are to be, how many of them healthy, and the names of those that nothing controls."""

    pods: int
    healthy: int
    unmanaged: list[str]


class Disrupted(NamedTuple):
    """Pods that were evicted and are still there, when to look again, and those whose time is up."""

    times: dict[str, str]
    recheck: float | None
    overdue: list[Object]


def count_expected(budget: Object, pods: list[Object], find_scale: FindScale) -> Expected:
    """Return what a budget asks for. Raises ValueError for what cannot be reckoned."""
    spec = budget.get("spec") or {}
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is not None:
        total, unmanaged = _sum_scales(pods, find_scale)
        return Expected(total, max(0, total - scaled_value(most, total, True)), unmanaged)
    if isinstance(least, int):
        return Expected(len(pods), least, [])
    if least is not None:
        total, unmanaged = _sum_scales(pods, find_scale)
        return Expected(total, scaled_value(least, total, True), unmanaged)
    return Expected(0, 0, [])


def _sum_scales(pods: list[Object], find_scale: FindScale) -> tuple[int, list[str]]:
    scales: dict[str, int] = {}
    unmanaged = []
    for pod in pods:
        owner, metadata = controller_of(pod), pod["metadata"]
        if owner is None:
            unmanaged.append(metadata["name"])
            continue
        if owner["uid"] in scales:
            continue
        scale = find_scale(owner, metadata["namespace"])
        if scale is None:
            raise ValueError(f'found no controllers for pod "{metadata["name"]}"')
        scales[scale[0]] = scale[1]
    return sum(scales.values()), unmanaged


def sort_disrupted(pods: list[Object], noted: dict[str, str], now: float) -> Disrupted:
    """Return which of the pods noted as evicted are still to go."""
    times, overdue, dues = {}, [], []
    for pod in pods:
        name = pod["metadata"]["name"]
        if pod["metadata"].get("deletionTimestamp") or name not in noted:
            continue
        due = parse_rfc3339(noted[name]) + DELETION_TIMEOUT
        if due < now:
            overdue.append(pod)
        else:
            times[name] = noted[name]
            dues.append(due - now)
    return Disrupted(times, min(dues, default=None), overdue)


def count_healthy(pods: list[Object], disrupted: dict[str, str], now: float) -> int:
    """Return how many pods are ready and neither on their way out nor evicted just now."""
    return sum(is_ready(pod) and not _is_leaving(pod, disrupted, now) for pod in pods)


def _is_leaving(pod: Object, disrupted: dict[str, str], now: float) -> bool:
    noted = disrupted.get(pod["metadata"]["name"])
    is_noted = noted is not None and parse_rfc3339(noted) + DELETION_TIMEOUT > now
    return is_noted or bool(pod["metadata"].get("deletionTimestamp"))
