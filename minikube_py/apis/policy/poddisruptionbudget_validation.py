"""Rules for pod disruption budgets."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.condition_validation import validate_conditions
from minikube_py.apis.field_checks import GoValueError, check_nonnegative, unsupported
from minikube_py.apis.go_literals import show_pointer
from minikube_py.apis.int_or_percent import check_at_most_all, check_count_or_percent
from minikube_py.apis.kind import Object

POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_POINTERS = (  # the fields of the spec in Go, all of them pointers
    ("minAvailable", "intstr.IntOrString"),
    ("selector", "v1.LabelSelector"),
    ("maxUnavailable", "intstr.IntOrString"),
    ("unhealthyPodEvictionPolicy", "policy.UnhealthyPodEvictionPolicyType"),
)


def validate_budget(budget: Object) -> list[FieldError]:
    """Return what is wrong with a budget."""
    spec = budget.get("spec") or {}
    errors: list[FieldError] = []
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        why = "minAvailable and maxUnavailable cannot be both set"
        errors.append(GoValueError("FieldValueInvalid", "spec", show_spec(spec), why))
    for field in ("minAvailable", "maxUnavailable"):
        if (amount := spec.get(field)) is not None:
            errors += check_count_or_percent(f"spec.{field}", amount) + check_at_most_all(f"spec.{field}", amount)
    errors += validate_label_selector(spec.get("selector") or {}, "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in POLICIES:
        errors.append(unsupported("spec.unhealthyPodEvictionPolicy", policy, POLICIES))
    return errors


def show_spec(spec: Object) -> str:
    """Return a spec as Go prints it: its fields are addresses."""
    fields = [f"{name[0].upper()}{name[1:]}:{show_pointer(kind, spec.get(name))}" for name, kind in _POINTERS]
    return f"policy.PodDisruptionBudgetSpec{{{', '.join(fields)}}}"


def validate_status(status: Object) -> list[FieldError]:
    """Return what is wrong with the status of a budget."""
    errors = validate_conditions(status.get("conditions") or [], "status.conditions")
    for field in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"):
        errors += check_nonnegative(f"status.{field}", status.get(field))
    return errors
