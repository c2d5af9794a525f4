"""Rules for environment variables and for the references from which they, and files, are made."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import (
    is_config_map_key,
    is_dns1123_subdomain,
    is_qualified_name,
    is_relaxed_env_var_name,
    name_is_dns_subdomain,
)
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.field_checks import check_by, check_name, unsupported
from minikube_py.apis.kind import Object

_NOTHING_CHOSEN = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
_TOO_MANY_CHOSEN = "may not have more than one field specified at a time"
ENV_FIELDS = (
    *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
)
FILE_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_KNOWN_FIELDS = frozenset((*ENV_FIELDS, *FILE_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.host"))
_RESOURCES = tuple(f"{way}.{name}" for way in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory"))
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_CPU_DIVISORS = ("1m", "1")
_BYTE_DIVISORS = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")


def validate_env(variables: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with a container's `env`."""
    errors = []
    for index, variable in enumerate(variables):
        path = f"{field}[{index}]"
        errors += check_name(f"{path}.name", variable.get("name"), is_relaxed_env_var_name)
        if (source := variable.get("valueFrom")) is not None:
            errors += _validate_source(source, variable.get("value"), f"{path}.valueFrom")
    return errors


def _validate_source(source: Object, value: str | None, field: str) -> list[FieldError]:
    errors = []
    if (reference := source.get("fieldRef")) is not None:
        errors += validate_field_reference(reference, ENV_FIELDS, f"{field}.fieldRef")
    if (reference := source.get("resourceFieldRef")) is not None:
        errors += validate_resource_reference(reference, f"{field}.resourceFieldRef", in_volume=False)
    for kind in ("configMapKeyRef", "secretKeyRef"):
        if (reference := source.get(kind)) is not None:
            errors += check_by(f"{field}.{kind}.name", reference.get("name", ""), is_dns1123_subdomain)
            errors += check_name(f"{field}.{kind}.key", reference.get("key"), is_config_map_key)
    if not source:
        errors.append(invalid(field, "", _NOTHING_CHOSEN))
    elif value:
        errors.append(invalid(field, "", "may not be specified when `value` is not empty"))
    elif len(source) > 1:
        errors.append(invalid(field, "", _TOO_MANY_CHOSEN))
    return errors


def validate_env_from(sources: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with a container's `envFrom`."""
    errors = []
    for index, source in enumerate(sources):
        path = f"{field}[{index}]"
        if prefix := source.get("prefix"):
            errors += check_by(f"{path}.prefix", prefix, is_relaxed_env_var_name)
        chosen = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        for kind in chosen:
            errors += check_name(
                f"{path}.{kind}.name", source[kind].get("name"), lambda name: name_is_dns_subdomain(name, True)
            )
        if not chosen:
            errors.append(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(chosen) > 1:
            errors.append(invalid(field, "", _TOO_MANY_CHOSEN))
    return errors


def validate_field_reference(reference: Object, allowed: tuple[str, ...], field: str) -> list[FieldError]:
    """Return what is wrong with a reference to one of the pod's own fields."""
    path, version = reference.get("fieldPath") or "", reference.get("apiVersion") or ""
    if not version:
        return [required(f"{field}.apiVersion")]
    if not path:
        return [required(f"{field}.fieldPath")]
    stem, subscript = _split_subscript(path)
    if version != "v1":
        return [invalid(f"{field}.fieldPath", path, f"error converting fieldPath: unsupported pod version: {version}")]
    if subscript is None:
        if path not in _KNOWN_FIELDS:
            return [invalid(f"{field}.fieldPath", path, f"error converting fieldPath: field label not supported: {path}")]
        path = "spec.nodeName" if path == "spec.host" else path
        return [] if path in allowed else [unsupported(f"{field}.fieldPath", path, allowed)]
    if stem not in ("metadata.annotations", "metadata.labels"):
        return [
            invalid(f"{field}.fieldPath", path, f"error converting fieldPath: field label does not support subscript: {path}")
        ]
    return check_by(field, subscript, lambda key: is_qualified_name(key.lower() if stem == "metadata.annotations" else key))


def _split_subscript(path: str) -> tuple[str, str | None]:
    """Split `metadata.labels['app']` into its parts; the second is None where there is no subscript."""
    if path.endswith("']") and "['" in path:
        stem, _, rest = path.partition("['")
        return stem, rest[:-2]
    return path, None


def validate_resource_reference(reference: Object, field: str, *, in_volume: bool) -> list[FieldError]:
    """Return what is wrong with a reference to a container's request or limit."""
    errors, name = [], reference.get("resource") or ""
    if in_volume and not reference.get("containerName"):
        errors.append(required(f"{field}.containerName"))
    elif not name:
        errors.append(required(f"{field}.resource"))
    elif name not in _RESOURCES and not name.startswith(_HUGE_PAGES):
        errors.append(unsupported(f"{field}.resource", name, _RESOURCES))
    return errors + _validate_divisor(name, reference.get("divisor") or "0", f"{field}.divisor")


def _validate_divisor(name: str, text: str, field: str) -> list[FieldError]:
    divisor = str(parse_quantity(text))
    resource = "hugepages" if name.startswith(_HUGE_PAGES) else name.partition(".")[2]
    if divisor == "0" or (name not in _RESOURCES and resource != "hugepages"):
        return []
    if divisor in (_CPU_DIVISORS if resource == "cpu" else _BYTE_DIVISORS):
        return []
    values = "1m and 1" if resource == "cpu" else ", ".join(_BYTE_DIVISORS)
    label = "local ephemeral storage" if resource == "ephemeral-storage" else resource
    return [invalid(field, name, f"only divisor's values {values} are supported with the {label} resource")]
