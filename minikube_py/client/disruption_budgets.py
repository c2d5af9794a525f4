"""What the eviction of a pod and the disruption controller both know of pod disruption budgets. Pure.

https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.unstructured import find_condition, set_condition
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
ALLOWED = "DisruptionAllowed"
SUFFICIENT, INSUFFICIENT, SYNC_FAILED = "SufficientPods", "InsufficientPods", "SyncFailed"


def find_budgets(pod: Object, budgets: Iterable[Object]) -> list[Object]:
    """Return those budgets, all of the pod's namespace, that select it. An empty selector selects all pods, none selects none."""
    labels = pod["metadata"].get("labels") or {}
    return [budget for budget in budgets if selects(budget, labels)]


def selects(budget: Object, labels: Object) -> bool:
    """Return whether a budget is about pods with these labels; one whose selector is broken is about none."""
    try:
        return selector_from_object((budget.get("spec") or {}).get("selector")).matches(labels)
    except ValueError:
        return False


def set_allowed_condition(status: Object, now: float) -> None:
    """Say in a budget's conditions whether a disruption is allowed, by its count of them."""
    is_allowed = (status.get("disruptionsAllowed") or 0) > 0
    reason = SUFFICIENT if is_allowed else INSUFFICIENT
    put_condition(status, str(is_allowed), reason, "", now)


def put_condition(status: Object, value: str, reason: str, message: str, now: float) -> None:
    """Put the condition DisruptionAllowed into a budget's status."""
    conditions = status.setdefault("conditions", [])
    condition: Object = {"type": ALLOWED, "status": value, "reason": reason, "message": message}
    if generation := status.get("observedGeneration"):
        condition["observedGeneration"] = generation
    set_condition(conditions, condition, format_rfc3339(now))


def tell_denied(budget: Object) -> str:
    """Return why a budget allows no disruption now."""
    status, name = budget.get("status") or {}, budget["metadata"]["name"]
    condition = find_condition(status.get("conditions"), ALLOWED) or {}
    why = condition.get("message") if condition.get("status") == "False" else ""
    current, desired = status.get("currentHealthy") or 0, status.get("desiredHealthy") or 0
    refusal = f"The disruption budget {name} does not allow evicting pods currently"
    if why and condition.get("reason") == SYNC_FAILED:  # then the counts are not to be trusted
        return f"{refusal} because it failed sync: {why}"
    if current <= desired:
        return f"The disruption budget {name} needs {desired} healthy pods and has {current} currently"
    return f"{refusal} ({condition['reason']}): {why}" if why else refusal
