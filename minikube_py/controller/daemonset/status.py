"""The counts in a daemon set's status. Pure."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.apps.daemonset import ALWAYS_SHOWN
from minikube_py.client.pod_control import is_ready
from minikube_py.controller.daemonset.view import View, sort_pods

Object = dict[str, Any]


def calculate_status(view: View) -> Object:
    """Return the status that the pods make: of each node the oldest pod counts. Collisions and conditions are kept."""
    firsts = {node: sort_pods(view.pods[node])[0] for node in view.fits if view.pods.get(node)}
    counted = [firsts[node] for node in view.wanted if node in firsts]
    available = sum(view.is_available(pod) for pod in counted)
    counts = {
        "currentNumberScheduled": len(counted),
        "numberMisscheduled": len(firsts) - len(counted),
        "desiredNumberScheduled": len(view.wanted),
        "numberReady": sum(map(is_ready, counted)),
        "observedGeneration": view.daemon_set["metadata"].get("generation", 0),
        "updatedNumberScheduled": sum(map(view.is_updated, counted)),
        "numberAvailable": available,
        "numberUnavailable": len(view.wanted) - available,
    }
    before = view.daemon_set.get("status") or {}
    kept = {field: before[field] for field in ("collisionCount", "conditions") if field in before}
    return {name: count for name, count in counts.items() if count or name in ALWAYS_SHOWN} | kept


def tell_next_check(view: View) -> float | None:
    """Return in how many seconds a ready pod becomes available, or None."""
    waits = (view.wait_for(pod) for pods in view.pods.values() for pod in pods)
    return min((wait for wait in waits if wait), default=None)
