"""The quality of service class of a pod: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/"""

from __future__ import annotations

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.kind import Object

_COMPUTE = ("cpu", "memory")


def compute_qos(spec: Object) -> str:
    """Return Guaranteed, Burstable or BestEffort for a PodSpec; only cpu and memory count.

    They are those of the pod as a whole where it has any resources (KEP-2837), else those of app and init containers.
    """
    requests: dict[str, int] = {}
    limits: dict[str, int] = {}
    guaranteed = True
    containers = (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
    for container in containers if spec.get("resources") is None else (spec,):
        resources = container.get("resources") or {}
        _add(requests, resources.get("requests"))
        limited = _add(limits, resources.get("limits"))
        guaranteed = guaranteed and limited == set(_COMPUTE)
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and requests == limits else "Burstable"


def _add(totals: dict[str, int], amounts: Object | None) -> set[str]:
    """Add the compute resources above zero and return their names."""
    found = set()
    for name in _COMPUTE:
        amount = parse_quantity((amounts or {}).get(name, "0")).nanos
        if amount > 0:
            totals[name] = totals.get(name, 0) + amount
            found.add(name)
    return found
