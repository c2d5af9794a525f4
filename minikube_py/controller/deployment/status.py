"""A Deployment's status: counts, and the conditions Available, Progressing and ReplicaFailure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy, find_condition, remove_condition
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339
from minikube_py.controller.deployment.rolling import max_unavailable, replicas_of, sum_replicas

Object = dict[str, Any]
AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"
NO_DEADLINE = 2**31 - 1


def set_deployment_condition(conditions: list[Object], condition: Object, now: float) -> None:
    """Put a condition at the end of the list in place of the one of its type; with the same status and reason, nothing changes."""
    current = find_condition(conditions, condition["type"])
    if current is not None and (current["status"], current.get("reason")) == (condition["status"], condition.get("reason")):
        return
    stamp = format_rfc3339(now)
    new = {**condition, "lastUpdateTime": stamp, "lastTransitionTime": condition.get("lastTransitionTime") or stamp}
    if current is not None and current["status"] == condition["status"]:
        new["lastTransitionTime"] = current.get("lastTransitionTime") or stamp
    remove_condition(conditions, condition["type"])
    conditions.append(new)


def make_progress(status: str, reason: str, message: str) -> Object:
    """Return a Progressing condition."""
    return {"type": "Progressing", "status": status, "reason": reason, "message": message}


def has_deadline(deployment: Object) -> bool:
    """Return whether the Deployment wants to be told when it makes no progress."""
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, NO_DEADLINE)


def note_pause(deployment: Object, now: float) -> None:
    """Write into the conditions that the Deployment was paused or resumed, so that the time between does not count as a stall."""
    if not has_deadline(deployment):
        return
    conditions = deployment["status"].setdefault("conditions", [])
    reason = (find_condition(conditions, "Progressing") or {}).get("reason")
    paused = bool(deployment["spec"].get("paused"))
    if reason == TIMED_OUT or paused == (reason == PAUSED):
        return
    verb = "paused" if paused else "resumed"
    condition = make_progress("Unknown", PAUSED if paused else RESUMED, f"Deployment is {verb}")
    set_deployment_condition(conditions, condition, now)


def calculate_status(deployment: Object, new: Object | None, replica_sets: list[Object], now: float) -> Object:
    """Return the status that the ReplicaSets make, with its Available condition; other conditions are kept."""
    before = deployment.get("status") or {}
    available = _sum_status(replica_sets, "availableReplicas")
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": _sum_status(replica_sets, "replicas"),
        "updatedReplicas": _sum_status([new] if new is not None else [], "replicas"),
        "readyReplicas": _sum_status(replica_sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum_replicas(replica_sets) - available),
        "collisionCount": before.get("collisionCount") or 0,
    }
    conditions = deep_copy(before.get("conditions") or [])
    is_enough = available >= replicas_of(deployment) - max_unavailable(deployment)
    condition = {
        "type": "Available",
        "status": "True" if is_enough else "False",
        "reason": "MinimumReplicasAvailable" if is_enough else "MinimumReplicasUnavailable",
        "message": f"Deployment {'has' if is_enough else 'does not have'} minimum availability.",
    }
    set_deployment_condition(conditions, condition, now)
    return {**{name: count for name, count in counts.items() if count}, "conditions": conditions}


def _sum_status(replica_sets: Iterable[Object], field: str) -> int:
    return sum((rs.get("status") or {}).get(field) or 0 for rs in replica_sets)


def is_complete(deployment: Object, status: Object) -> bool:
    """Return whether all pods are new and available, and no old ones are left."""
    wanted = replicas_of(deployment)
    counts = (status.get(field) or 0 for field in ("updatedReplicas", "replicas", "availableReplicas"))
    is_observed = (status.get("observedGeneration") or 0) >= deployment["metadata"].get("generation", 0)
    return all(count == wanted for count in counts) and is_observed


def has_progressed(before: Object, status: Object) -> bool:
    """Return whether there are more new pods, fewer old ones, or more ready or available ones than before."""

    def count(of: Object, field: str) -> int:
        return of.get(field) or 0

    def old(of: Object) -> int:
        return count(of, "replicas") - count(of, "updatedReplicas")

    grown = any(count(status, f) > count(before, f) for f in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return grown or old(status) < old(before)


def is_timed_out(deployment: Object, status: Object, now: float) -> bool:
    """Return whether the last progress is longer ago than the deadline allows."""
    condition = find_condition(status.get("conditions"), "Progressing")
    if condition is None or condition.get("reason") == AVAILABLE:
        return False
    if condition.get("reason") == TIMED_OUT:
        return True
    return parse_rfc3339(condition["lastUpdateTime"]) + float(deployment["spec"]["progressDeadlineSeconds"]) < now


def judge_progress(deployment: Object, status: Object, new: Object | None, now: float) -> None:
    """Write the Progressing condition of a rollout into `status`."""
    conditions = status["conditions"]
    if not has_deadline(deployment):
        remove_condition(conditions, "Progressing")
        return
    before = deployment.get("status") or {}
    current = find_condition(before.get("conditions"), "Progressing")
    is_settled = status.get("replicas") == status.get("updatedReplicas") and (current or {}).get("reason") == AVAILABLE
    if is_settled:
        return
    who = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
    if is_complete(deployment, status):
        set_deployment_condition(conditions, make_progress("True", AVAILABLE, f"{who} has successfully progressed."), now)
    elif has_progressed(before, status):
        condition = make_progress("True", "ReplicaSetUpdated", f"{who} is progressing.")
        if current is not None and current["status"] == "True":
            condition["lastTransitionTime"] = current["lastTransitionTime"]
        remove_condition(conditions, "Progressing")  # so that lastUpdateTime moves though the reason may stay
        set_deployment_condition(conditions, condition, now)
    elif is_timed_out(deployment, status, now):
        set_deployment_condition(conditions, make_progress("False", TIMED_OUT, f"{who} has timed out progressing."), now)


def pass_on_failures(status: Object, new: Object | None, replica_sets: list[Object], now: float) -> None:
    """Show the ReplicaFailure of a ReplicaSet, of the new one first, as the Deployment's."""
    for replica_set in [new, *replica_sets] if new else replica_sets:
        failure = find_condition((replica_set.get("status") or {}).get("conditions"), "ReplicaFailure")
        if failure is not None:
            fields: Object = {
                k: failure[k] for k in ("type", "status", "reason", "message", "lastTransitionTime") if k in failure
            }
            set_deployment_condition(status["conditions"], fields, now)
            return
    remove_condition(status["conditions"], "ReplicaFailure")


def tell_next_check(deployment: Object, status: Object, now: float) -> float | None:
    """Return in how many seconds to look whether the deadline has passed, or None."""
    condition = find_condition(status.get("conditions"), "Progressing")
    if not has_deadline(deployment) or condition is None or is_complete(deployment, status):
        return None
    if condition.get("reason") in (TIMED_OUT, AVAILABLE):
        return None
    due = parse_rfc3339(condition["lastUpdateTime"]) + float(deployment["spec"]["progressDeadlineSeconds"])
    return max(0.0, due - now) + 1.0
