"""Rules for horizontal pod autoscalers."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apis.autoscaling.metric_validation import validate_metric, validate_reference
from minikube_py.apis.field_checks import NOT_POSITIVE, unsupported
from minikube_py.apis.kind import Object

MAX_WINDOW, MAX_PERIOD = 3600, 1800  # seconds
POLICY_CHOICES = ("Disabled", "Max", "Min")
POLICY_TYPES = ("Percent", "Pods")
TO_ZERO = "must specify at least one Object or External metric to support scaling to zero replicas"


def validate_autoscaler(autoscaler: Object, *, had_zero: bool = False) -> list[FieldError]:
    """Return what is wrong with an autoscaler. No replicas at all are allowed to one that `had_zero` before."""
    spec = autoscaler["spec"]
    least, most, lowest = spec.get("minReplicas"), spec.get("maxReplicas") or 0, 0 if had_zero else 1
    errors: list[FieldError] = []
    if least is not None and least < lowest:
        errors.append(invalid("spec.minReplicas", least, f"must be greater than or equal to {lowest}"))
    if most < 1:
        errors.append(invalid("spec.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        errors.append(invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    errors += validate_reference(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
    metrics = spec.get("metrics") or []
    for index, metric in enumerate(metrics):
        errors += validate_metric(metric, f"spec.metrics[{index}]")
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        errors.append(forbidden("spec.metrics", TO_ZERO))
    for way in ("scaleUp", "scaleDown"):
        if (rules := (spec.get("behavior") or {}).get(way)) is not None:
            errors += _validate_rules(rules, f"spec.behavior.{way}")
    return errors


def _validate_rules(rules: Object, field: str) -> list[FieldError]:
    errors, window = [], rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        errors.append(invalid(f"{field}.stabilizationWindowSeconds", window, "must be greater than or equal to zero"))
    if window is not None and window > MAX_WINDOW:
        errors.append(invalid(f"{field}.stabilizationWindowSeconds", window, f"must be less than or equal to {MAX_WINDOW}"))
    choice = rules.get("selectPolicy")
    if choice is not None and choice not in POLICY_CHOICES:
        errors.append(unsupported(f"{field}.selectPolicy", choice, POLICY_CHOICES))
    policies = rules.get("policies") or []
    if not policies:
        errors.append(required(f"{field}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        errors += _validate_policy(policy, f"{field}.policies[{index}]")
    return errors


def _validate_policy(policy: Object, field: str) -> list[FieldError]:
    errors = []
    if (kind := policy.get("type") or "") not in POLICY_TYPES:
        errors.append(unsupported(f"{field}.type", kind, POLICY_TYPES))
    for name in ("value", "periodSeconds"):
        if (number := policy.get(name) or 0) <= 0:
            errors.append(invalid(f"{field}.{name}", number, NOT_POSITIVE))
    if (period := policy.get("periodSeconds") or 0) > MAX_PERIOD:
        errors.append(invalid(f"{field}.periodSeconds", period, f"must be less than or equal to {MAX_PERIOD}"))
    return errors
