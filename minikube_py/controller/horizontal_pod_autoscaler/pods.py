"""What an autoscaler makes of pods: whose figures count, whose are missing, and what each asks for. Pure.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.controller.horizontal_pod_autoscaler.metrics import MetricsError, PodMetric, to_milli

Object = dict[str, Any]
CPU_INITIALIZATION = 300.0  # seconds after its start in which a pod's CPU counts only while it is ready
INITIAL_READINESS_DELAY = 30.0  # seconds after its start in which a pod that turns unready was never ready


class Groups(NamedTuple):
    """How many pods count, and the names of those whose figures do not, are missing, or belong to pods at their end."""

    ready: int
    unready: set[str]
    missing: set[str]
    ignored: set[str]


def group_pods(pods: list[Object], metrics: dict[str, PodMetric], resource: str, now: float) -> Groups:
    """Sort pods by what their figures are worth."""
    groups = Groups(0, set(), set(), set())
    ready = 0
    for pod in pods:
        name, phase = pod["metadata"]["name"], (pod.get("status") or {}).get("phase")
        metric = metrics.get(name)
        if pod["metadata"].get("deletionTimestamp") or phase == "Failed":
            groups.ignored.add(name)
        elif phase == "Pending":
            groups.unready.add(name)
        elif metric is None:
            groups.missing.add(name)
        elif resource == "cpu" and _is_warming_up(pod, metric, now):
            groups.unready.add(name)
        else:
            ready += 1
    return groups._replace(ready=ready)


def _is_warming_up(pod: Object, metric: PodMetric, now: float) -> bool:
    status = pod.get("status") or {}
    condition = find_condition(status.get("conditions"), "Ready")
    if condition is None or not status.get("startTime") or not condition.get("lastTransitionTime"):
        return True
    start, changed = parse_rfc3339(status["startTime"]), parse_rfc3339(condition["lastTransitionTime"])
    is_unready = condition["status"] == "False"
    if start + CPU_INITIALIZATION > now:
        return is_unready or metric.timestamp < changed + metric.window
    return is_unready and start + INITIAL_READINESS_DELAY > changed


def sum_requests(pods: list[Object], resource: str, container: str) -> dict[str, int]:
    """Return what each pod, or its one container, asks for, in thousandths. Raises MetricsError where one asks for nothing."""
    return {pod["metadata"]["name"]: _sum_requests(pod, resource, container) for pod in pods}


def _sum_requests(pod: Object, resource: str, container: str) -> int:
    spec, total = pod["spec"], 0
    sidecars = [one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"]
    for one in (*spec["containers"], *sidecars):
        if container and one["name"] != container:
            continue
        request = ((one.get("resources") or {}).get("requests") or {}).get(resource)
        if request is None:
            name = pod["metadata"]["name"]
            raise MetricsError(f"missing request for {resource} in container {one['name']} of Pod {name}")
        total += to_milli(request)
    return total
