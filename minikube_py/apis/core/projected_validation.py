"""Rules for volumes that are made of files: keys of ConfigMaps and Secrets, fields of the pod, tokens."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apis.core.env_validation import FILE_FIELDS, validate_field_reference, validate_resource_reference
from minikube_py.apis.core.paths import validate_file_path, validate_mode
from minikube_py.apis.kind import Object

_KINDS = ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle")
_TWICE = "conflicting duplicate paths"


def validate_items(items: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with a list of keys and the files that they become."""
    return [error for index, item in enumerate(items) for error in _validate_item(item, f"{field}[{index}]")]


def _validate_item(item: Object, field: str) -> list[FieldError]:
    errors = [required(f"{field}.{name}") for name in ("key", "path") if not item.get(name)]
    errors += validate_file_path(item.get("path") or "", f"{field}.path")
    return errors + validate_mode(item.get("mode"), f"{field}.mode")


def validate_downward_api(source: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a volume of fields of the pod. Kubernetes names no index of its files."""
    errors = validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    return errors + [error for item in source.get("items") or () for error in _validate_downward_file(item, field)]


def _validate_downward_file(item: Object, field: str) -> list[FieldError]:
    path = item.get("path") or ""
    errors = validate_file_path(path, f"{field}.path") if path else [required(f"{field}.path")]
    if (reference := item.get("fieldRef")) is not None:
        errors += validate_field_reference(reference, FILE_FIELDS, f"{field}.fieldRef")
        if item.get("resourceFieldRef") is not None:
            errors.append(invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"))
    elif (reference := item.get("resourceFieldRef")) is not None:
        errors += validate_resource_reference(reference, f"{field}.resourceFieldRef", in_volume=True)
    else:
        errors.append(required(field, "one of fieldRef and resourceFieldRef is required"))
    return errors + validate_mode(item.get("mode"), f"{field}.mode")


def validate_projected(source: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a volume of several sources, whose files must not meet."""
    errors = validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    paths: set[str] = set()
    for index, part in enumerate(source.get("sources") or ()):
        path = f"{field}.sources[{index}]"
        for kind in ("secret", "configMap"):
            if (keyed := part.get(kind)) is not None:
                errors += _validate_keys(keyed, f"{path}.{kind}", field, paths)
        for item in (part.get("downwardAPI") or {}).get("items") or ():
            errors += _validate_downward_file(item, f"{path}.downwardAPI")
            errors += _check_once(item.get("path") or "", paths, field, item.get("path"))
        if (token := part.get("serviceAccountToken")) is not None:
            errors += _validate_token(token, f"{path}.serviceAccountToken", field)
        if (bundle := part.get("clusterTrustBundle")) is not None:
            errors += _validate_trust_bundle(bundle, f"{path}.clusterTrustBundle")
            errors += _check_once(bundle.get("path") or "", paths, field, bundle.get("path"))
        if sum(part.get(kind) is not None for kind in _KINDS) > 1:
            errors.append(forbidden(path, "may not specify more than 1 volume type per source"))
    return errors


def _validate_keys(source: Object, field: str, parent: str, paths: set[str]) -> list[FieldError]:
    name = source.get("name") or ""
    errors = [] if name else [required(f"{field}.name")]
    for index, item in enumerate(source.get("items") or ()):
        errors += _validate_item(item, f"{field}.items[{index}]")
        errors += _check_once(item.get("path") or "", paths, parent, name)
    return errors


def _check_once(path: str, paths: set[str], field: str, shown: str | None) -> list[FieldError]:
    errors = [invalid(field, shown, _TWICE)] if path and path in paths else []
    paths.add(path)
    return errors


def _validate_token(source: Object, field: str, parent: str) -> list[FieldError]:
    errors, seconds, path = [], source.get("expirationSeconds", 3600), source.get("path") or ""
    if seconds < 600:
        errors.append(invalid(f"{field}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"))
    if seconds > 1 << 32:
        errors.append(invalid(f"{field}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"))
    return errors + (validate_file_path(path, f"{parent}.path") if path else [required(f"{parent}.path")])


def _validate_trust_bundle(source: Object, field: str) -> list[FieldError]:
    path = source.get("path") or ""
    return validate_file_path(path, f"{field}.path") if path else [required(f"{field}.path")]
