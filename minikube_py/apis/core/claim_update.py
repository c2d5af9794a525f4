"""What of a claim for a volume may change once it exists."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.claim_validation import validate_claim_spec
from minikube_py.apis.core.persistent_storage import CLASS_ANNOTATION
from minikube_py.apis.core.resource_validation import is_native
from minikube_py.apis.field_checks import IMMUTABLE, check_by, check_immutable, unsupported, unsupported_go
from minikube_py.apis.go_diff import diff_structs
from minikube_py.apis.kind import Object

_SPEC_KEPT = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
_GATE_OFF = "update is forbidden when the VolumeAttributesClass feature gate is disabled"
_RESIZE_STATES = (
    *("ControllerResizeInProgress", "ControllerResizeInfeasible"),
    *("NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"),
)


def validate_claim_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change: a claim may be given a volume or a class once, and a bound one may grow."""
    after, before = new["spec"], old["spec"]
    errors = validate_claim_spec(after, "spec", old=before)
    kept = _undo_allowed_changes(new, old)
    if not _is_named_as_annotated(new, old):
        errors += _check_annotation(new, old)
    if kept != before:
        shown = diff_structs("core.PersistentVolumeClaimSpec", before, kept)
        errors.append(forbidden("spec", f"{_SPEC_KEPT}\n{shown}"))
    errors += _check_size(after, before, old.get("status") or {})
    errors += check_immutable("volumeMode", after.get("volumeMode"), before.get("volumeMode"))
    name, old_name = after.get("volumeAttributesClassName"), before.get("volumeAttributesClassName")
    if name != old_name:
        errors.append(forbidden("spec.volumeAttributesClassName", _GATE_OFF))
        if not name:
            what = "nil" if name is None else "an empty string"
            errors.append(forbidden("spec.volumeAttributesClassName", f"update from non-nil value to {what} is forbidden"))
    return errors


def _annotations(claim: Object) -> dict[str, str]:
    found: dict[str, str] = claim["metadata"].get("annotations") or {}
    return found


def _undo_allowed_changes(new: Object, old: Object) -> Object:
    """Return the new spec with everything taken back that may change."""
    after: Object = deep_copy(new["spec"])
    before, bound = old["spec"], (new.get("status") or {}).get("phase") == "Bound"
    if not before.get("volumeName"):
        _restore(after, before, "volumeName")
    if _is_named_as_annotated(new, old) or _is_first_class(new, old):
        _restore(after, before, "storageClassName")
    if bound and after.get("volumeAttributesClassName") is not None:
        _restore(after, before, "volumeAttributesClassName")
    requests = (after.get("resources") or {}).get("requests")
    size = ((before.get("resources") or {}).get("requests") or {}).get("storage", "0")
    if requests is not None and (bound or parse_quantity(requests.get("storage", "0")) == parse_quantity(size)):
        requests["storage"] = size
    return after


def _restore(after: Object, before: Object, field: str) -> None:
    if field in before:
        after[field] = before[field]
    else:
        after.pop(field, None)


def _is_named_as_annotated(new: Object, old: Object) -> bool:
    """Return whether a class that stood in the annotation is now named by the field."""
    annotated, name = _annotations(old).get(CLASS_ANNOTATION), new["spec"].get("storageClassName")
    if annotated is None or old["spec"].get("storageClassName") is not None or name != annotated:
        return False
    return _annotations(new).get(CLASS_ANNOTATION, annotated) == annotated


def _is_first_class(new: Object, old: Object) -> bool:
    """Return whether a claim without a class gets one."""
    name = new["spec"].get("storageClassName")
    if name is None or old["spec"].get("storageClassName") is not None:
        return False
    annotated = _annotations(old).get(CLASS_ANNOTATION)
    return annotated is None or annotated == name


def _check_annotation(new: Object, old: Object) -> list[FieldError]:
    after, before = (_annotations(claim).get(CLASS_ANNOTATION, "") for claim in (new, old))
    return [] if after == before else [invalid(f"metadata.annotations.{CLASS_ANNOTATION}", after, IMMUTABLE)]


def _check_size(after: Object, before: Object, status: Object) -> list[FieldError]:
    new, old = (((spec.get("resources") or {}).get("requests") or {}).get("storage", "0") for spec in (after, before))
    had = (status.get("capacity") or {}).get("storage", "0")
    size = parse_quantity(new)
    if size < parse_quantity(old) and size <= parse_quantity(had):
        return [forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")]
    return []


def validate_claim_status(claim: Object) -> list[FieldError]:
    """Return what is wrong with the status of a claim."""
    status = claim.get("status") or {}
    errors = [] if claim["spec"].get("accessModes") else [required("Spec.accessModes")]
    for name, amount in (status.get("capacity") or {}).items():
        errors += _validate_amount(amount, f"status.capacity[{name}]")
    field = "status.allocatedResourceStatus"
    for name, state in (status.get("allocatedResourceStatuses") or {}).items():
        errors += _check_resource(name, field)
        if state not in _RESIZE_STATES:
            errors.append(unsupported_go(field, name, _RESIZE_STATES))
    for name, amount in (status.get("allocatedResources") or {}).items():
        field = "status.allocatedResources"
        errors += _check_resource(name, field) or _validate_amount(amount, f"{field}[{name}]")
    return errors


def _validate_amount(text: str, field: str) -> list[FieldError]:
    value = parse_quantity(text).value()
    return [invalid(field, value, "must be a valid resource quantity")] if value < 0 else []


def _check_resource(name: str, field: str) -> list[Any]:
    errors = check_by(field, name, is_qualified_name)
    if not errors and is_native(name) and name != "storage":
        errors.append(unsupported(field, name, ("storage",)))
    return errors
