"""What is not in a structural schema goes; what has a default and is missing comes.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy

Schema = Mapping[str, Any]
META_FIELDS = ("apiVersion", "kind", "metadata")


def prune(value: Any, schema: Schema | None, path: str = "", *, root: bool = True) -> list[str]:
    """Remove fields that the schema does not know, in place; return their paths, sorted."""
    unknown: list[str] = []
    _prune(value, schema, path, root, unknown)
    return sorted(unknown)


def _prune(value: Any, schema: Schema | None, path: str, root: bool, unknown: list[str]) -> None:
    if isinstance(value, list):
        items = schema.get("items") if schema else None
        if schema and schema.get("x-kubernetes-preserve-unknown-fields") and items is None:
            return
        for number, item in enumerate(value):
            _prune(item, items, f"{path}[{number}]", False, unknown)
    elif isinstance(value, dict):
        keep_all = bool(schema and schema.get("x-kubernetes-preserve-unknown-fields"))
        keeps_meta = root or bool(schema and schema.get("x-kubernetes-embedded-resource"))
        for name in list(value):
            inner = _find_field(schema, name)
            where = f"{path}.{name}" if path else name
            if keeps_meta and name in META_FIELDS:
                continue
            if inner is not None:
                _prune(value[name], inner or None, where, False, unknown) if inner is not _ANYTHING else None
            elif not keep_all:
                unknown.append(where)
                del value[name]


_ANYTHING: Schema = {"x-kubernetes-preserve-unknown-fields": True}


def _find_field(schema: Schema | None, name: str) -> Schema | None:
    """Return the schema of a field, None where there is none."""
    if schema is None:
        return None
    found = (schema.get("properties") or {}).get(name, schema.get("additionalProperties"))
    if found is True:
        return _ANYTHING
    return found if isinstance(found, Mapping) else None


def set_defaults(value: Any, schema: Schema | None) -> None:
    """Fill in what is missing, or null where it may not be, in place."""
    if schema is None:
        return
    if isinstance(value, list):
        items = schema.get("items")
        for number, item in enumerate(value):
            if item is None and _may_not_be_null(items) and "default" in (items or {}):
                value[number] = deep_copy((items or {})["default"])
            set_defaults(value[number], items)
    elif isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, inner in properties.items():
            if "default" in inner and (name not in value or (value[name] is None and _may_not_be_null(inner))):
                value[name] = deep_copy(inner["default"])
        for name in value:
            inner = properties.get(name, additional)
            set_defaults(value[name], inner if isinstance(inner, Mapping) else None)


def _may_not_be_null(schema: Schema | None) -> bool:
    return schema is not None and not schema.get("nullable")


def drop_nulls(value: Any, schema: Schema | None) -> None:
    """Remove nulls where none may be and no default takes their place."""
    if schema is None:
        return
    if isinstance(value, list):
        for item in value:
            drop_nulls(item, schema.get("items"))
    elif isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for name in list(value):
            inner = properties.get(name, additional)
            if not isinstance(inner, Mapping):
                continue
            if value[name] is None and not inner.get("nullable") and "default" not in inner:
                del value[name]
            else:
                drop_nulls(value[name], inner)


def show_by(obj: Any, schema: Schema | None) -> Any:
    """Return an object that another version's schema let through, as this one's does."""
    shown = deep_copy(obj)
    prune(shown, schema)
    drop_nulls(shown, schema)
    set_defaults(shown, schema)
    return shown
