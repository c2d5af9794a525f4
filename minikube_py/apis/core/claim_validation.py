"""Rules for claims for volumes, and for the templates of claims in pods and workloads."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.core.persistent_storage import ACCESS_MODES, CLASS_ANNOTATION, VOLUME_MODES
from minikube_py.apis.field_checks import NOT_POSITIVE, check_by, unsupported
from minikube_py.apis.kind import Object

MUST_MATCH = "must match dataSourceRef"


def validate_claim_spec(spec: Object, field: str, *, old: Object | None = None) -> list[FieldError]:
    """Return what is wrong with a PersistentVolumeClaimSpec; what was wrong with `old` already is forgiven."""
    before = old or {}
    errors = [] if spec.get("accessModes") else [required(f"{field}.accessModes", "at least 1 access mode is required")]
    if not validate_label_selector(before.get("selector"), ""):
        errors += validate_label_selector(spec.get("selector"), f"{field}.selector")
    errors += validate_access_modes(spec.get("accessModes") or [], f"{field}.accessModes")
    errors += _validate_size((spec.get("resources") or {}).get("requests") or {}, f"{field}.resources[storage]")
    if name := spec.get("storageClassName"):
        errors += check_by(f"{field}.storageClassName", name, is_dns1123_subdomain)
    if (mode := spec.get("volumeMode")) is not None and mode not in VOLUME_MODES:
        errors.append(unsupported(f"{field}.volumeMode", mode, VOLUME_MODES))
    errors += _validate_sources(spec, field, before)
    if before.get("volumeAttributesClassName") is not None and (name := spec.get("volumeAttributesClassName")):
        errors += check_by(f"{field}.volumeAttributesClassName", name, is_dns1123_subdomain)
    return errors


def validate_access_modes(modes: list[str], field: str) -> list[FieldError]:
    """Return an error for each mode that is none, and where one pod alone is promised a volume that others may use."""
    errors = [unsupported(field, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    known = {mode for mode in modes if mode in ACCESS_MODES}
    if "ReadWriteOncePod" in known and len(known) > 1:
        errors.append(forbidden(field, "may not use ReadWriteOncePod with other access modes"))
    return errors


def _validate_size(requests: Object, field: str) -> list[FieldError]:
    if "storage" not in requests:
        return [required(field)]
    size = requests["storage"]
    return [] if parse_quantity(size).nanos > 0 else [invalid(field, size, NOT_POSITIVE)]


def _validate_sources(spec: Object, field: str, before: Object) -> list[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    lenient = any((before.get(name) or {}).get("apiGroup") is not None for name in ("dataSource", "dataSourceRef"))
    errors = []
    for name, given in (("dataSource", source), ("dataSourceRef", reference)):
        if given is not None:
            errors += _validate_source(given, f"{field}.{name}", lenient)
    if source is None or reference is None:
        return errors
    if reference.get("namespace"):
        why = "may not be specified when dataSourceRef.namespace is specified"
        errors.append(_invalid_path(field, why))
    elif any(source.get(part) != reference.get(part) for part in ("apiGroup", "kind", "name")):
        errors.append(_invalid_path(field, MUST_MATCH))
    return errors


def _invalid_path(field: str, why: str) -> FieldError:
    from minikube_py.apis.field_checks import GoValueError
    from minikube_py.apis.go_literals import show_pointer

    shown = f'field.Path{{name:"dataSource", index:"", parent:{show_pointer("field.Path", field)}}}'
    return GoValueError("FieldValueInvalid", field, shown, why)


def _validate_source(source: Object, field: str, lenient: bool) -> list[FieldError]:
    errors = [required(f"{field}.{name}") for name in ("name", "kind") if not source.get(name)]
    group, kind = source.get("apiGroup") or "", source.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        errors.append(invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
    if group and not lenient:
        errors += check_by(f"{field}.apiGroup", group, is_dns1123_subdomain)
    if namespace := source.get("namespace"):
        errors += check_by(f"{field}.namespace", namespace, is_dns1123_label)
    return errors


def warn_of_claim(claim: Object) -> list[str]:
    """Return the warnings about a claim: the annotation of old times, and sizes in parts of a byte."""
    warnings = []
    if CLASS_ANNOTATION in (claim["metadata"].get("annotations") or {}):
        why = 'deprecated since v1.8; use "storageClassName" attribute instead'
        warnings.append(f"metadata.annotations[{CLASS_ANNOTATION}]: {why}")
    return warnings + warn_of_claim_spec(claim["spec"], "spec")


def warn_of_claim_spec(spec: Object, field: str) -> list[str]:
    """Return the warnings about the spec of a claim or of the template of one."""
    resources, warnings = spec.get("resources") or {}, []
    for way in ("requests", "limits"):
        size = (resources.get(way) or {}).get("storage") or "0"
        if parse_quantity(size).milli_value() % 1000:
            what = f'fractional byte value "{size}" is invalid, must be an integer'
            warnings.append(f"{field}.resources.{way}[storage]: {what}")
    return warnings
