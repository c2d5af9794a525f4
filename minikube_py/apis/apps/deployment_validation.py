"""Rules for deployments."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, format_value, invalid, required
from minikube_py.apis.field_checks import check_nonnegative, unsupported_go
from minikube_py.apis.go_literals import show_pointer
from minikube_py.apis.int_or_percent import check_at_most_all, check_count_or_percent, invalid_count, is_nothing
from minikube_py.apis.kind import Object
from minikube_py.apis.workloads import validate_selected_template, validate_selector


def validate_deployment(deployment: Object) -> list[FieldError]:
    """Return what is wrong with a deployment."""
    spec = deployment.get("spec") or {}
    errors = check_nonnegative("spec.replicas", spec.get("replicas"))
    errors += validate_selector(spec.get("selector"))
    errors += validate_selected_template(spec, "ReplicaSet")
    errors += _validate_strategy(spec.get("strategy") or {}, "spec.strategy")
    for field in ("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        errors += check_nonnegative(f"spec.{field}", spec.get(field))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        errors.append(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return errors


def _validate_strategy(strategy: Object, field: str) -> list[FieldError]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate")
    if kind == "Recreate":
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [forbidden(f"{field}.rollingUpdate", why)] if rolling is not None else []
    if kind != "RollingUpdate":
        pointer = show_pointer("apps.RollingUpdateDeployment", rolling)
        shown = f"apps.DeploymentStrategy{{Type:{format_value(kind)}, RollingUpdate:{pointer}}}"
        return [unsupported_go(field, shown, ("Recreate", "RollingUpdate"))]
    if rolling is None:
        return [required(f"{field}.rollingUpdate", "this should be defaulted and never be nil")]
    path = f"{field}.rollingUpdate"
    errors = check_count_or_percent(f"{path}.maxUnavailable", rolling.get("maxUnavailable", 0))
    errors += check_count_or_percent(f"{path}.maxSurge", rolling.get("maxSurge", 0))
    if is_nothing(rolling.get("maxUnavailable", 0)) and is_nothing(rolling.get("maxSurge", 0)):
        why = "may not be 0 when `maxSurge` is 0"
        errors.append(invalid_count(f"{path}.maxUnavailable", rolling.get("maxUnavailable", 0), why))
    return errors + check_at_most_all(f"{path}.maxUnavailable", rolling.get("maxUnavailable", 0))
