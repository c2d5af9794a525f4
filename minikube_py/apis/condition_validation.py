"""Rules for conditions of the common form (metav1.Condition) in the status of an object."""

from __future__ import annotations

import re

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, required, too_long
from minikube_py.apimachinery.names import byte_length, regex_error
from minikube_py.apimachinery.validation_meta import validate_label_name
from minikube_py.apis.field_checks import unsupported
from minikube_py.apis.kind import Object

STATUSES = ("False", "True", "Unknown")
MAX_REASON, MAX_MESSAGE = 1024, 32 * 1024
_REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_TEXT = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters "
    "or '_,:', and must end with an alphanumeric character or '_'"
)
_REASON_EXAMPLES = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")


def validate_conditions(conditions: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with a list of conditions, of which each type stands once."""
    errors, seen = [], set()
    for index, condition in enumerate(conditions):
        kind = condition.get("type") or ""
        if kind in seen:
            errors.append(duplicate(f"{field}[{index}]", kind))
        seen.add(kind)
        errors += _validate_condition(condition, f"{field}[{index}]")
    return errors


def _validate_condition(condition: Object, field: str) -> list[FieldError]:
    kind, status = condition.get("type") or "", condition.get("status") or ""
    errors = validate_label_name(kind, f"{field}.type") if kind else [required(f"{field}.type", "is required")]
    if not status:
        errors.append(required(f"{field}.status"))
    elif status not in STATUSES:
        errors.append(unsupported(f"{field}.status", status, STATUSES))
    if (generation := condition.get("observedGeneration") or 0) < 0:
        errors.append(invalid(f"{field}.observedGeneration", generation, "must be greater than or equal to zero"))
    if not condition.get("lastTransitionTime"):
        errors.append(required(f"{field}.lastTransitionTime"))
    errors += _validate_reason(condition.get("reason") or "", f"{field}.reason")
    if byte_length(condition.get("message") or "") > MAX_MESSAGE:
        errors.append(too_long(f"{field}.message", MAX_MESSAGE))
    return errors


def _validate_reason(reason: str, field: str) -> list[FieldError]:
    if not reason:
        return [required(field)]
    errors = []
    if not re.fullmatch(_REASON, reason):
        errors.append(invalid(field, reason, regex_error(_REASON_TEXT, _REASON, *_REASON_EXAMPLES)))
    if byte_length(reason) > MAX_REASON:
        errors.append(too_long(field, MAX_REASON))
    return errors
