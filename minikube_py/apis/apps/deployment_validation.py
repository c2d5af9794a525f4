"""Rules for deployments."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_valid_percent
from minikube_py.apis.field_checks import NEGATIVE, GoValueError, check_by, check_nonnegative, unsupported
from minikube_py.apis.go_literals import show_int_or_string
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
        return [unsupported(f"{field}.type", kind, ("Recreate", "RollingUpdate"))]
    if rolling is None:
        return [required(f"{field}.rollingUpdate", "this should be defaulted and never be nil")]
    path = f"{field}.rollingUpdate"
    errors = check_count_or_percent(f"{path}.maxUnavailable", rolling.get("maxUnavailable", 0))
    errors += check_count_or_percent(f"{path}.maxSurge", rolling.get("maxSurge", 0))
    if _is_nothing(rolling.get("maxUnavailable", 0)) and _is_nothing(rolling.get("maxSurge", 0)):
        shown = show_int_or_string(rolling.get("maxUnavailable", 0))
        errors.append(GoValueError("FieldValueInvalid", f"{path}.maxUnavailable", shown, "may not be 0 when `maxSurge` is 0"))
    return errors + check_at_most_all(f"{path}.maxUnavailable", rolling.get("maxUnavailable", 0))


def check_count_or_percent(field: str, value: int | str) -> list[FieldError]:
    """Return an error for what is neither a percentage nor a number of at least zero."""
    if isinstance(value, str):
        return check_by(field, value, is_valid_percent)
    return [invalid(field, value, NEGATIVE)] if value < 0 else []


def check_at_most_all(field: str, value: int | str) -> list[FieldError]:
    """Return an error for a percentage above 100."""
    if isinstance(value, str) and not is_valid_percent(value) and int(value[:-1]) > 100:
        return [GoValueError("FieldValueInvalid", field, show_int_or_string(value), "must not be greater than 100%")]
    return []


def _is_nothing(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and value.rstrip("%").lstrip("0") == "")
