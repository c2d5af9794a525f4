"""Rules for `metadata` and label selectors, as field errors in Kubernetes' words (apimachinery's pkg/api/validation).

`path` is where the value stands in the object, such as `metadata` or `spec.template`. Values may be missing or null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required, too_long
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import (
    NameValidator,
    byte_length,
    is_qualified_name,
    is_valid_label_value,
    name_is_dns1035_label,
    name_is_dns_label,
    name_is_dns_subdomain,
    name_is_path_segment,
)
from minikube_py.apimachinery.validation_owners import validate_owner_references


def name_is_ip_address(name: str, prefix: bool) -> list[str]:
    """A NameValidator: an address in its canonical form, as for IPAddresses. No such name is generated."""
    from minikube_py.apimachinery.addresses import judge_ip

    return judge_ip(name)


NAME_RULES: dict[str, NameValidator] = {
    "dns1123subdomain": name_is_dns_subdomain,
    "dns1123label": name_is_dns_label,
    "dns1035label": name_is_dns1035_label,
    "path_segment": name_is_path_segment,
    "ip_address": name_is_ip_address,
    "anything": lambda name, prefix: [],
}
"""The rules that a Kind's `validate_name` chooses from."""

FIELD_IMMUTABLE = "field is immutable"
IS_NEGATIVE = "must be greater than or equal to 0"
TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024

_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
_NO_FINALIZER = "name is neither a standard finalizer name nor is it fully qualified"
_TIMES = ("creationTimestamp", "deletionTimestamp")


def validate_object_meta(
    meta: Mapping[str, Any],
    *,
    namespaced: bool,
    name_validator: NameValidator,
    path: str = "metadata",
    built_in: bool = True,
) -> list[FieldError]:
    """Return what is wrong with the metadata of a new object, whose name has already been generated.

    `built_in` is false for custom resources, whose finalizers need no slash.
    """
    errors = _validate_names(meta, name_validator, path)
    namespace = meta.get("namespace") or ""
    if namespaced and not namespace:
        errors.append(required(f"{path}.namespace"))
    elif namespaced:
        errors += [invalid(f"{path}.namespace", namespace, text) for text in name_is_dns_label(namespace, False)]
    elif namespace:
        errors.append(forbidden(f"{path}.namespace", "not allowed on this type"))
    errors += validate_non_negative(meta.get("generation") or 0, f"{path}.generation")
    errors += _validate_collections(meta, path)
    return errors + validate_finalizers(meta.get("finalizers"), f"{path}.finalizers", built_in=built_in)


def validate_object_meta_update(
    new: Mapping[str, Any], old: Mapping[str, Any], *, path: str = "metadata", built_in: bool = True
) -> list[FieldError]:
    """Return what is wrong with the metadata of a changed object.

    The registry fills in before what a client may leave out: uid, creationTimestamp, deletionTimestamp, generation.
    """
    errors = []
    finalizers = new.get("finalizers") or []
    if old.get("deletionTimestamp"):
        errors += validate_no_new_finalizers(finalizers, old.get("finalizers") or (), f"{path}.finalizers")
    if not new.get("resourceVersion"):
        errors.append(invalid(f"{path}.resourceVersion", "", "must be specified for an update"))
    generation = new.get("generation") or 0
    if generation < (old.get("generation") or 0):
        errors.append(invalid(f"{path}.generation", generation, "must not be decremented"))
    for name in ("name", "namespace", "uid"):
        errors += validate_immutable_field(new.get(name) or "", old.get(name) or "", f"{path}.{name}")
    for name in _TIMES:
        errors += _validate_immutable_time(new.get(name), old.get(name), f"{path}.{name}")
    errors += _validate_immutable_grace(new, old, f"{path}.deletionGracePeriodSeconds")
    errors += _validate_collections(new, path)
    return errors + (_validate_standard_finalizers(finalizers, f"{path}.finalizers") if built_in else [])


def validate_labels(labels: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Return what is wrong with labels; each error stands at `path` itself."""
    errors = []
    for key, value in (labels or {}).items():
        errors += validate_label_name(key, path)
        errors += [invalid(path, value, text) for text in is_valid_label_value(value)]
    return errors


def validate_label_name(name: str, path: str) -> list[FieldError]:
    """Return what is wrong with the key of a label."""
    return [invalid(path, name, text) for text in is_qualified_name(name)]


def validate_annotations(annotations: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Return what is wrong with annotations: bad keys, or more than 256 KiB in all. The case of keys does not matter."""
    held = annotations or {}
    errors = [invalid(path, key, text) for key in held for text in is_qualified_name(key.lower())]
    size = sum(byte_length(key) + byte_length(value) for key, value in held.items())
    if size > TOTAL_ANNOTATION_SIZE_LIMIT:
        errors.append(too_long(path, TOTAL_ANNOTATION_SIZE_LIMIT))
    return errors


def validate_finalizers(finalizers: Iterable[str] | None, path: str, *, built_in: bool = True) -> list[FieldError]:
    """Return what is wrong with finalizers: their form, and orphan together with foregroundDeletion."""
    held = list(finalizers or ())
    errors = [invalid(path, finalizer, text) for finalizer in held for text in is_qualified_name(finalizer)]
    if "orphan" in held and "foregroundDeletion" in held:
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(invalid_go(path, format_go_strings(held), detail))
    return errors + (_validate_standard_finalizers(held, path) if built_in else [])


def validate_no_new_finalizers(new: Iterable[str], old: Iterable[str], path: str) -> list[FieldError]:
    """Refuse finalizers that an object gets while it is being deleted."""
    extra = sorted(set(new) - set(old))
    if not extra:
        return []
    detail = f"no new finalizers can be added if the object is being deleted, found new finalizers {format_go_strings(extra)}"
    return [forbidden(path, detail)]


def validate_label_selector(selector: Mapping[str, Any] | None, path: str) -> list[FieldError]:
    """Return what is wrong with a LabelSelector object."""
    if not selector:
        return []
    errors = validate_labels(selector.get("matchLabels"), f"{path}.matchLabels")
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        errors += _validate_expression(expression, f"{path}.matchExpressions[{index}]")
    return errors


def validate_immutable_field(new: Any, old: Any, path: str) -> list[FieldError]:
    """Refuse a new value of a field that must stay as it is. Null, missing and empty values are for the caller to unify."""
    return [] if new == old else [invalid(path, new, FIELD_IMMUTABLE)]


def validate_non_negative(value: int, path: str) -> list[FieldError]:
    """Refuse a number below zero."""
    return [invalid(path, value, IS_NEGATIVE)] if value < 0 else []


def _validate_names(meta: Mapping[str, Any], name_validator: NameValidator, path: str) -> list[FieldError]:
    generate_name = meta.get("generateName") or ""
    name = meta.get("name") or ""
    errors = []
    if generate_name:
        errors += [invalid(f"{path}.generateName", generate_name, text) for text in name_validator(generate_name, True)]
    if not name:
        return [*errors, required(f"{path}.name", "name or generateName is required")]
    return errors + [invalid(f"{path}.name", name, text) for text in name_validator(name, False)]


def _validate_collections(meta: Mapping[str, Any], path: str) -> list[FieldError]:
    errors = validate_labels(meta.get("labels"), f"{path}.labels")
    errors += validate_annotations(meta.get("annotations"), f"{path}.annotations")
    return errors + validate_owner_references(meta.get("ownerReferences"), f"{path}.ownerReferences")


def judge_finalizer(name: str) -> list[str]:
    """Judge the name of a finalizer of a built-in kind: one of Kubernetes' own, or one with a slash."""
    is_known = "/" in name or name in _STANDARD_FINALIZERS
    return is_qualified_name(name) + ([] if is_known else [_NO_FINALIZER])


def _validate_standard_finalizers(finalizers: Iterable[str], path: str) -> list[FieldError]:
    return [
        invalid(f"{path}[{index}]", finalizer, _NO_FINALIZER)
        for index, finalizer in enumerate(finalizers)
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS
    ]


def _validate_immutable_time(new: str | None, old: str | None, path: str) -> list[FieldError]:
    if (new or None) == (old or None):
        return []
    shown = new.replace("T", " ").replace("Z", " +0000 UTC") if new else '"null"'
    return [invalid_go(path, shown, FIELD_IMMUTABLE)]


def _validate_immutable_grace(new: Mapping[str, Any], old: Mapping[str, Any], path: str) -> list[FieldError]:
    seconds = new.get("deletionGracePeriodSeconds")
    if seconds == old.get("deletionGracePeriodSeconds"):
        return []
    return [invalid_go(path, '"null"' if seconds is None else str(seconds), FIELD_IMMUTABLE)]


def _validate_expression(expression: Mapping[str, Any], path: str) -> list[FieldError]:
    errors = []
    operator = expression.get("operator") or ""
    values = expression.get("values") or ()
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            errors.append(forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    else:
        errors.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    errors += validate_label_name(expression.get("key") or "", f"{path}.key")
    for index, value in enumerate(values):
        errors += [invalid(f"{path}.values[{index}]", value, text) for text in is_valid_label_value(value)]
    return errors
