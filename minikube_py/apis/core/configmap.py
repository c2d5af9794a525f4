"""ConfigMap: https://kubernetes.io/docs/concepts/configuration/configmap/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, too_long
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_BYTES = 1024 * 1024


def count_entries(obj: Object, now: float) -> int:
    """Return the DATA cell."""
    return len(obj.get("data") or ()) + len(obj.get("binaryData") or ())


def validate(obj: Object) -> list[FieldError]:
    """Check keys, overlap and size."""
    from minikube_py.apimachinery.names import is_config_map_key

    errors = []
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    total = 0
    for field, entries in (("data", data), ("binaryData", binary)):
        for key, value in entries.items():
            errors += [invalid(f"{field}[{key}]", key, message) for message in is_config_map_key(key)]
            if field == "data" and key in binary:
                errors.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
            total += len(value.encode()) if field == "data" else len(value) * 3 // 4 - value[-2:].count("=")
    if total > MAX_BYTES:
        errors.append(too_long("[]", MAX_BYTES))
    return errors


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse changes of an immutable one."""
    errors = []
    if old.get("immutable"):
        if not new.get("immutable"):
            errors.append(forbidden("immutable", "field is immutable when `immutable` is set"))
        errors += [
            forbidden(field, "field is immutable when `immutable` is set")
            for field in ("data", "binaryData")
            if new.get(field) != old.get(field)
        ]
    return errors + validate(new)


KIND = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    plural="configmaps",
    singular="configmap",
    short_names=("cm",),
    schema="io.k8s.api.core.v1.ConfigMap",
    status=False,
    columns=(NAME, Column("Data", count_entries, type="integer"), AGE),
    validate=validate,
    validate_update=validate_update,
)
