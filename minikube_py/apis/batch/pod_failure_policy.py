"""Rules for a job's podFailurePolicy: https://kubernetes.io/docs/tasks/job/pod-failure-policy/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, format_value, invalid, required, too_many
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apis.field_checks import GoValueError, check_by, invalid_omitted, unsupported
from minikube_py.apis.go_literals import show_pointer
from minikube_py.apis.kind import Object

MAX_RULES = 20
MAX_EXIT_CODES = 255
MAX_CONDITIONS = 20
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")


def tell_values(values: tuple[str, ...]) -> str:
    """Return a list of values as Go's %q shows it."""
    return f"valid values: [{' '.join(map(format_value, values))}]"


def validate_pod_failure_policy(policy: Object, spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the policy of a JobSpec."""
    rules = policy.get("rules") or []
    errors: list[FieldError] = []
    if len(rules) > MAX_RULES:
        errors.append(too_many(f"{field}.rules", len(rules), MAX_RULES))
    pod = (spec.get("template") or {}).get("spec") or {}
    names = {c.get("name") for kind in ("containers", "initContainers") for c in pod.get(kind) or ()}
    for index, rule in enumerate(rules):
        errors += _validate_rule(rule, names, spec, f"{field}.rules[{index}]")
    return errors


def _validate_rule(rule: Object, names: set[str | None], spec: Object, field: str) -> list[FieldError]:
    action = rule.get("action") or ""
    errors = []
    if not action:
        errors.append(required(f"{field}.action", tell_values(_ACTIONS)))
    elif action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        errors.append(invalid(f"{field}.action", action, "requires the backoffLimitPerIndex to be set"))
    elif action not in _ACTIONS:
        errors.append(unsupported(f"{field}.action", action, _ACTIONS))
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        errors += _validate_exit_codes(codes, names, f"{field}.onExitCodes")
    if conditions:
        errors += _validate_conditions(conditions, f"{field}.onPodConditions")
    if codes is not None and conditions:
        errors.append(invalid_omitted(field, "specifying both OnExitCodes and OnPodConditions is not supported"))
    elif codes is None and not conditions:
        errors.append(invalid_omitted(field, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _validate_conditions(conditions: list[Object], field: str) -> list[FieldError]:
    errors = [too_many(field, len(conditions), MAX_CONDITIONS)] if len(conditions) > MAX_CONDITIONS else []
    for index, pattern in enumerate(conditions):
        path = f"{field}[{index}]"
        errors += check_by(f"{path}.type", pattern.get("type", ""), is_qualified_name)
        if not (status := pattern.get("status")):
            errors.append(required(f"{path}.status", tell_values(_STATUSES)))
        elif status not in _STATUSES:
            errors.append(unsupported(f"{path}.status", status, _STATUSES))
    return errors


def _validate_exit_codes(codes: Object, names: set[str | None], field: str) -> list[FieldError]:
    operator, values, container = codes.get("operator") or "", codes.get("values") or [], codes.get("containerName")
    errors = []
    if not operator:
        errors.append(required(f"{field}.operator", tell_values(_OPERATORS)))
    elif operator not in _OPERATORS:
        errors.append(unsupported(f"{field}.operator", operator, _OPERATORS))
    if container is not None and container not in names:
        why = "must be one of the container or initContainer names in the pod template"
        errors.append(invalid(f"{field}.containerName", container, why))
    if not values:
        errors.append(GoValueError("FieldValueInvalid", f"{field}.values", "[]int32{}", "at least one value is required"))
    elif len(values) > MAX_EXIT_CODES:
        errors.append(too_many(f"{field}.values", len(values), MAX_EXIT_CODES))
    ordered = True
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            errors.append(invalid(f"{field}.values[{index}]", value, "must not be 0 for the In operator"))
        if value in values[:index]:
            errors.append(duplicate(f"{field}.values[{index}]", value))
        ordered = ordered and (index == 0 or values[index - 1] <= value)
    if not ordered:
        shown = "[]int32{" + ", ".join(map(str, values)) + "}"
        errors.append(GoValueError("FieldValueInvalid", f"{field}.values", shown, "must be ordered"))
    return errors


def show_pod_failure_policy(policy: Object | None) -> str:
    """Return a podFailurePolicy as Go prints it."""
    if policy is None:
        return '"null"'
    rules = ", ".join(map(_show_rule, policy.get("rules") or ()))
    return f"batch.PodFailurePolicy{{Rules:[]batch.PodFailurePolicyRule{{{rules}}}}}"


def _show_rule(rule: Object) -> str:
    patterns = rule.get("onPodConditions")
    kind = "batch.PodFailurePolicyOnPodConditionsPattern"
    inner = ", ".join(
        f"{kind}{{Type:{format_value(one.get('type') or '')}, Status:{format_value(one.get('status') or '')}}}"
        for one in patterns or ()
    )
    conditions = f"[]{kind}{{{inner}}}" if patterns else f"[]{kind}(nil)"
    codes = show_pointer("batch.PodFailurePolicyOnExitCodesRequirement", rule.get("onExitCodes"))
    action = format_value(rule.get("action") or "")
    return f"batch.PodFailurePolicyRule{{Action:{action}, OnExitCodes:{codes}, OnPodConditions:{conditions}}}"
