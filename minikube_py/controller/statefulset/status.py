"""The status of a stateful set, and what its pods' states mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.client.pod_control import available_in, is_ready
from minikube_py.controller.statefulset.identity import revision_of
from minikube_py.controller.statefulset.revisions import Revisions

Object = dict[str, Any]
COUNTS = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")
ALWAYS_SHOWN = ("replicas", "availableReplicas", "collisionCount")


def phase_of(pod: Object) -> str:
    """Return a pod's phase, "" for one that is not made yet."""
    return str((pod.get("status") or {}).get("phase") or "")


def is_going(pod: Object) -> bool:
    """Return whether a pod is being deleted."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_running_and_ready(pod: Object) -> bool:
    """Return whether a pod runs and is ready."""
    return phase_of(pod) == "Running" and is_ready(pod)


def is_healthy(pod: Object) -> bool:
    """Return whether a pod runs, is ready and stays."""
    return is_running_and_ready(pod) and not is_going(pod)


def is_available(pod: Object, stateful_set: Object, now: float) -> bool:
    """Return whether a pod has been ready for `minReadySeconds`."""
    return available_in(pod, stateful_set["spec"].get("minReadySeconds") or 0, now) == 0


def count_pods(pods: Iterable[Object], stateful_set: Object, revisions: Revisions, now: float) -> Object:
    """Return the counts of a status."""
    counts = dict.fromkeys(COUNTS, 0)
    current, update = revisions.current["metadata"]["name"], revisions.update["metadata"]["name"]
    for pod in pods:
        is_made = bool(phase_of(pod))
        counts["replicas"] += is_made
        if is_running_and_ready(pod):
            counts["readyReplicas"] += 1
            counts["availableReplicas"] += is_available(pod, stateful_set, now)
        if is_made and not is_going(pod):
            counts["currentReplicas"] += revision_of(pod) == current
            counts["updatedReplicas"] += revision_of(pod) == update
    return counts


def make_status(stateful_set: Object, revisions: Revisions, counts: Object) -> Object:
    """Return the status with these counts; when all pods are of the target revision and ready, that is the present one."""
    spec = stateful_set["spec"]
    status = {
        "observedGeneration": stateful_set["metadata"].get("generation", 0),
        **counts,
        "currentRevision": revisions.current["metadata"]["name"],
        "updateRevision": revisions.update["metadata"]["name"],
        "collisionCount": revisions.collisions,
    }
    complete = all(counts[field] == spec["replicas"] for field in ("updatedReplicas", "readyReplicas", "replicas"))
    if spec["updateStrategy"]["type"] == "RollingUpdate" and complete:
        status["currentReplicas"] = status["updatedReplicas"]
        status["currentRevision"] = status["updateRevision"]
    return {field: value for field, value in status.items() if value or field in ALWAYS_SHOWN}
