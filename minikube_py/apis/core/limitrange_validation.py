"""Rules for limit ranges: bounds and defaults must not contradict one another."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, required
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.core.resource_validation import (
    HUGE_PAGES,
    is_native,
    validate_container_resource_name,
    validate_resource_name,
)
from minikube_py.apis.field_checks import GoValueError, check_by
from minikube_py.apis.go_literals import show_quantity
from minikube_py.apis.kind import Object

_NANO = 10**9


def validate_limit_range(limit_range: Object) -> list[FieldError]:
    """Return what is wrong with a limit range whose defaults have been filled in."""
    errors = []
    seen: set[str] = set()
    for index, item in enumerate((limit_range.get("spec") or {}).get("limits") or ()):
        path, kind = f"spec.limits[{index}]", item.get("type", "")
        errors += _validate_type(kind, f"{path}.type")
        if kind in seen:
            errors.append(duplicate(f"{path}.type", kind))
        seen.add(kind)
        errors += _validate_item(item, kind, path)
    return errors


def _validate_type(kind: str, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import invalid

    errors = check_by(field, kind, is_qualified_name)
    if not errors and "/" not in kind and kind not in ("Container", "PersistentVolumeClaim", "Pod"):
        errors.append(invalid(field, kind, "must be a standard limit type or fully qualified"))
    return errors


def _validate_item(item: Object, kind: str, field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for part in ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio"):
        amounts = item.get(part) or {}
        if kind == "Pod" and amounts and part in ("default", "defaultRequest"):
            errors.append(forbidden(f"{field}.{part}", "may not be specified when `type` is 'Pod'"))
            continue
        for name in sorted(amounts):
            names.add(name)
            errors += _validate_name(name, kind, f"{field}.{part}[{name}]")
    if kind == "PersistentVolumeClaim" and not ("storage" in (item.get("min") or {}) or "storage" in (item.get("max") or {})):
        errors.append(
            required(f"{field}.limits", "either minimum or maximum storage value is required, but neither was provided")
        )
    for name in sorted(names):
        errors += _compare(item, name, field)
    return errors


def _validate_name(name: str, kind: str, field: str) -> list[FieldError]:
    rule = validate_container_resource_name if kind in ("Container", "Pod") else validate_resource_name
    return rule(name, field)


def _compare(item: Object, name: str, field: str) -> list[FieldError]:
    """Check every pair of amounts of one resource that has an order."""
    found = {part: parse_quantity(item[part][name]) for part in _LABELS if name in (item.get(part) or {})}
    errors: list[FieldError] = []
    for small, large, part, shown in _ORDER:
        if small in found and large in found and found[small] > found[large]:
            named = "default limit" if (small, large) == ("defaultRequest", "default") else _LABELS[large]
            detail = f"{_LABELS[small]} value {found[small]} is greater than {named} value {found[large]}"
            errors.append(_refuse(f"{field}.{part}[{name}]", found[shown], detail))
    return errors + _check_ratio(item, name, found, field)


def _check_ratio(item: Object, name: str, found: dict[str, Quantity], field: str) -> list[FieldError]:
    text = (item.get("maxLimitRequestRatio") or {}).get(name)
    errors: list[FieldError] = []
    if text is not None:
        ratio, path = parse_quantity(text), f"{field}.maxLimitRequestRatio[{name}]"
        if ratio.nanos < _NANO:
            errors.append(_refuse(path, ratio, f"ratio {ratio} is less than 1"))
        if "min" in found and "max" in found and found["min"].nanos > 0:
            largest = found["max"].nanos / found["min"].nanos
            if ratio.nanos / _NANO > largest:
                errors.append(_refuse(path, ratio, f"ratio {ratio} is greater than max/min = {largest:f}"))
    may_overcommit = is_native(name) and not name.startswith(HUGE_PAGES)
    default, request = found.get("default"), found.get("defaultRequest")
    if not may_overcommit and default is not None and request is not None and default != request:
        detail = f"default value {default} must equal to defaultRequest value {request} in {name}"
        errors.append(_refuse(f"{field}.defaultRequest[{name}]", request, detail))
    return errors


def _refuse(field: str, quantity: Quantity, detail: str) -> FieldError:
    return GoValueError("FieldValueInvalid", field, show_quantity(str(quantity), remembered=True), detail)


_LABELS = {"min": "min", "max": "max", "defaultRequest": "default request", "default": "default"}
_ORDER = (  # the smaller, the larger, the field that is blamed, and the one whose value is shown
    ("min", "max", "min", "min"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest"),
    ("min", "default", "default", "min"),
    ("default", "max", "default", "max"),
)
