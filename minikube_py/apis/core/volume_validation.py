"""Rules for the volumes of a pod."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.validation_meta import validate_annotations, validate_labels
from minikube_py.apis.core.claim_validation import validate_claim_spec
from minikube_py.apis.core.env_validation import FILE_FIELDS, validate_field_reference, validate_resource_reference
from minikube_py.apis.core.volume_sources import REQUIRED, validate_source
from minikube_py.apis.field_checks import check_name, check_one_of, unsupported
from minikube_py.apis.kind import Object

_HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")


def validate_volumes(volumes: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with `spec.volumes`."""
    errors = []
    names: set[str] = set()
    for index, volume in enumerate(volumes):
        path, name = f"{field}[{index}]", volume.get("name", "")
        errors += _validate_source(volume, path)
        errors += check_name(f"{path}.name", name, is_dns1123_label)
        if name in names:
            errors.append(duplicate(f"{path}.name", name))
        names.add(name)
    return errors


def _validate_source(volume: Object, field: str) -> list[FieldError]:
    errors = []
    sources = [key for key in volume if key != "name"]
    for index, kind in enumerate(sources):
        path, source = f"{field}.{kind}", volume[kind]
        if index:
            errors.append(forbidden(path, "may not specify more than 1 volume type"))
            continue
        if validate := _SOURCES.get(kind):
            errors += validate(source, path)
        elif kind in REQUIRED:
            errors += validate_source(kind, source, field, persistent=False)
    return errors if sources else [required(field, "must specify a volume type")]


def validate_descending_path(path: str, field: str) -> list[FieldError]:
    """Return an error for a path that is absolute or climbs."""
    errors = [invalid(field, path, "must be a relative path")] if path.startswith("/") else []
    return errors + check_no_backsteps(path, field)


def check_no_backsteps(path: str, field: str) -> list[FieldError]:
    """Return an error for a path with a `..` in it."""
    return [invalid(field, path, "must not contain '..'")] if ".." in path.split("/") else []


def _validate_file_path(path: str, field: str) -> list[FieldError]:
    errors = validate_descending_path(path, field)
    if path.startswith("..") and not path.startswith("../"):
        errors.append(invalid(field, path, "must not start with '..'"))
    return errors


def _validate_mode(mode: int | None, field: str) -> list[FieldError]:
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")]


def _validate_items(items: list[Object], field: str) -> list[FieldError]:
    errors = []
    for index, item in enumerate(items):
        path = f"{field}[{index}]"
        if not item.get("key"):
            errors.append(required(f"{path}.key"))
        errors += _validate_file_path(item["path"], f"{path}.path") if item.get("path") else [required(f"{path}.path")]
        errors += _validate_mode(item.get("mode"), f"{path}.mode")
    return errors


def validate_host_path(source: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a folder or file of the node."""
    path = source.get("path") or ""
    if not path:
        return [required(f"{field}.path")]
    errors = check_no_backsteps(path, f"{field}.path")
    if (kind := source.get("type") or "") not in _HOST_PATH_TYPES:
        errors.append(unsupported(f"{field}.type", kind, _HOST_PATH_TYPES))
    return errors


def _validate_empty_dir(source: Object, field: str) -> list[FieldError]:
    limit = source.get("sizeLimit")
    if limit is not None and parse_quantity(limit).nanos < 0:
        return [forbidden(f"{field}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def _validate_secret(source: Object, field: str) -> list[FieldError]:
    return _validate_keyed(source, "secretName", field)


def _validate_config_map(source: Object, field: str) -> list[FieldError]:
    return _validate_keyed(source, "name", field)


def _validate_keyed(source: Object, name: str, field: str) -> list[FieldError]:
    errors = [] if source.get(name) else [required(f"{field}.{name}")]
    errors += _validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    return errors + _validate_items(source.get("items") or [], f"{field}.items")


def _validate_downward_api(source: Object, field: str) -> list[FieldError]:
    errors = _validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    for item in source.get("items") or ():
        errors += _validate_downward_file(item, field)
    return errors


def _validate_downward_file(item: Object, field: str) -> list[FieldError]:
    path = item.get("path") or ""
    errors = _validate_file_path(path, f"{field}.path") if path else [required(f"{field}.path")]
    if (reference := item.get("fieldRef")) is not None:
        errors += validate_field_reference(reference, FILE_FIELDS, f"{field}.fieldRef")
        if item.get("resourceFieldRef") is not None:
            errors.append(invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"))
    elif (reference := item.get("resourceFieldRef")) is not None:
        errors += validate_resource_reference(reference, f"{field}.resourceFieldRef", in_volume=True)
    else:
        errors.append(required(field, "one of fieldRef and resourceFieldRef is required"))
    return errors + _validate_mode(item.get("mode"), f"{field}.mode")


def _validate_projected(source: Object, field: str) -> list[FieldError]:
    errors = _validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    for index, part in enumerate(source.get("sources") or ()):
        path = f"{field}.sources[{index}]"
        kinds = [kind for kind in _PROJECTIONS if part.get(kind) is not None]
        if len(kinds) != 1:
            why = "may not specify more than 1 volume type per source" if kinds else "must specify at least one volume source"
            errors.append(forbidden(path, why) if kinds else required(path, why))
            continue
        errors += _PROJECTIONS[kinds[0]](part[kinds[0]], f"{path}.{kinds[0]}")
    return errors


def _validate_token(source: Object, field: str) -> list[FieldError]:
    errors, seconds = [], source.get("expirationSeconds", 3600)
    if seconds < 600:
        errors.append(invalid(f"{field}.expirationSeconds", seconds, "may not be less than 10 minutes"))
    if seconds > 1 << 32:
        errors.append(invalid(f"{field}.expirationSeconds", seconds, "may not be larger than 2^32 seconds"))
    path = source.get("path") or ""
    return errors + (_validate_file_path(path, f"{field}.path") if path else [required(f"{field}.path")])


def _validate_trust_bundle(source: Object, field: str) -> list[FieldError]:
    path = source.get("path") or ""
    return _validate_file_path(path, f"{field}.path") if path else [required(f"{field}.path")]


def _validate_projected_keys(source: Object, field: str) -> list[FieldError]:
    return _validate_keyed(source, "name", field)


def _validate_ephemeral(source: Object, field: str) -> list[FieldError]:
    if source.get("volumeClaimTemplate") is None:
        return [required(f"{field}.volumeClaimTemplate")]
    template, path = source["volumeClaimTemplate"], f"{field}.volumeClaimTemplate"
    metadata = template.get("metadata") or {}
    errors = validate_annotations(metadata.get("annotations"), f"{path}.metadata.annotations")
    errors += validate_labels(metadata.get("labels"), f"{path}.metadata.labels")
    others = sorted(name for name, value in metadata.items() if value and name not in ("annotations", "labels"))
    errors += [forbidden(f"{path}.metadata.{name}", "cannot be set") for name in others]
    return errors + validate_claim_spec(template.get("spec") or {}, f"{path}.spec")


def _validate_claim(source: Object, field: str) -> list[FieldError]:
    return check_name(f"{field}.claimName", source.get("claimName"), is_dns1123_subdomain)


def _validate_image(source: Object, field: str) -> list[FieldError]:
    errors = [] if source.get("reference") else [required(f"{field}.reference")]
    return errors + check_one_of(f"{field}.pullPolicy", source.get("pullPolicy") or "", ("Always", "IfNotPresent", "Never"))


_PROJECTIONS = {
    "secret": _validate_projected_keys,
    "configMap": _validate_projected_keys,
    "downwardAPI": _validate_downward_api,
    "serviceAccountToken": _validate_token,
    "clusterTrustBundle": _validate_trust_bundle,
}
_SOURCES = {
    "hostPath": validate_host_path,
    "emptyDir": _validate_empty_dir,
    "secret": _validate_secret,
    "configMap": _validate_config_map,
    "downwardAPI": _validate_downward_api,
    "projected": _validate_projected,
    "ephemeral": _validate_ephemeral,
    "persistentVolumeClaim": _validate_claim,
    "image": _validate_image,
}
