"""Rules for the metrics that an autoscaler goes by."""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_path_segment_name
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.resource_validation import validate_container_resource_name
from minikube_py.apis.field_checks import GoValueError, check_by, check_name, unsupported
from minikube_py.apis.go_literals import show_quantity
from minikube_py.apis.kind import Object

TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
TARGET_TYPES = ("Utilization", "Value", "AverageValue")
_FIELDS = ("object", "external", "pods", "resource", "containerResource")  # in the order in which they are looked at
_BOTH_USAGES = "may not set both a target raw value and a target utilization"
_NO_USAGE = "must set either a target raw value or a target utilization"


def validate_metric(metric: Object, field: str) -> list[FieldError]:
    """Return what is wrong with one metric: it has one source, of its type."""
    kind, errors = metric.get("type") or "", []
    if not kind:
        errors.append(required(f"{field}.type", "must specify a metric source type"))
    if kind not in TYPES:
        errors.append(unsupported(f"{field}.type", kind, TYPES))
    present = [name for name in _FIELDS if metric.get(name) is not None]
    if present:
        errors += _VALIDATORS[present[0]](metric[present[0]], f"{field}.{present[0]}")
    expected = kind[:1].lower() + kind[1:]
    if kind not in TYPES:
        errors.append(unsupported(f"{field}.type", kind, TYPES))
    elif expected not in present:
        errors.append(required(f"{field}.{expected}", "must populate information for the given metric source"))
    if len(present) != 1:
        why = "must populate the given metric source only"
        errors += [forbidden(f"{field}.{name}", why) for name in present if name != expected]
    return errors


def validate_reference(reference: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a reference to an object of any kind in the same namespace."""
    errors = check_name(f"{field}.kind", reference.get("kind"), is_path_segment_name)
    return errors + check_name(f"{field}.name", reference.get("name"), is_path_segment_name)


def _validate_object(source: Object, field: str) -> list[FieldError]:
    errors = validate_reference(source.get("describedObject") or {}, f"{field}.describedObject")
    errors += _validate_identifier(source, field) + _validate_target(source, field)
    if not _has(source, "value") and not _has(source, "averageValue"):
        errors.append(required(f"{field}.target.averageValue", "must set either a target value or averageValue"))
    return errors


def _validate_external(source: Object, field: str) -> list[FieldError]:
    errors = _validate_identifier(source, field) + _validate_target(source, field)
    if not _has(source, "value") and not _has(source, "averageValue"):
        why = "must set either a target value for metric or a per-pod target"
        errors.append(required(f"{field}.target.averageValue", why))
    if _has(source, "value") and _has(source, "averageValue"):
        why = "may not set both a target value for metric and a per-pod target"
        errors.append(forbidden(f"{field}.target.value", why))
    return errors


def _validate_pods(source: Object, field: str) -> list[FieldError]:
    errors = _validate_identifier(source, field) + _validate_target(source, field)
    if not _has(source, "averageValue"):
        errors.append(required(f"{field}.target.averageValue", "must specify a positive target averageValue"))
    return errors


def _validate_resource(source: Object, field: str) -> list[FieldError]:
    errors = [] if source.get("name") else [required(f"{field}.name", "must specify a resource name")]
    return errors + _validate_usage(source, field)


def _validate_container_resource(source: Object, field: str) -> list[FieldError]:
    name, container = source.get("name") or "", source.get("container") or ""
    if name:
        errors = validate_container_resource_name(name, f"{field}.name")
    else:
        errors = [required(f"{field}.name", "must specify a resource name")]
    if container:
        errors += check_by(f"{field}.container", container, is_dns1123_label)
    else:
        errors.append(required(f"{field}.container", "must specify a container"))
    return errors + _validate_usage(source, field)


def _validate_usage(source: Object, field: str) -> list[FieldError]:
    errors = _validate_target(source, field)
    has_share, has_value = _has(source, "averageUtilization"), _has(source, "averageValue")
    if not has_share and not has_value:
        errors.append(required(f"{field}.target.averageUtilization", _NO_USAGE))
    if has_share and has_value:
        errors.append(forbidden(f"{field}.target.averageValue", _BOTH_USAGES))
    return errors


def _has(source: Object, name: str) -> bool:
    return (source.get("target") or {}).get(name) is not None


def _validate_identifier(source: Object, field: str) -> list[FieldError]:
    name = (source.get("metric") or {}).get("name") or ""
    if not name:
        return [required(f"{field}.metric.name", "must specify a metric name")]
    return check_by(f"{field}.metric.name", name, is_path_segment_name)


def _validate_target(source: Object, field: str) -> list[FieldError]:
    target, path = source.get("target") or {}, f"{field}.target"
    kind, errors = target.get("type") or "", []
    if not kind:
        errors.append(required(f"{path}.type", "must specify a metric target type"))
    if kind not in TARGET_TYPES:
        errors.append(invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    for name in ("value", "averageValue"):
        text = target.get(name)
        if text is not None and parse_quantity(text).nanos <= 0:
            shown = show_quantity(text, remembered=False)
            errors.append(GoValueError("FieldValueInvalid", f"{path}.{name}", shown, "must be positive"))
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        errors.append(invalid(f"{path}.averageUtilization", share, "must be greater than 0"))
    return errors


_VALIDATORS: dict[str, Callable[[Object, str], list[FieldError]]] = {
    "object": _validate_object,
    "external": _validate_external,
    "pods": _validate_pods,
    "resource": _validate_resource,
    "containerResource": _validate_container_resource,
}
