"""Whole objects within a custom resource (x-kubernetes-embedded-resource): their apiVersion, kind and metadata are checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import is_dns1035_label
from minikube_py.apimachinery.validation_meta import NAME_RULES, validate_object_meta
from minikube_py.apis.apiextensions.unstructured_literals import invalid_value

Schema = Mapping[str, Any]


def check_embedded(value: Any, schema: Schema | None, path: str = "") -> Iterator[FieldError]:
    """Yield what is wrong with embedded objects, at any depth."""
    if schema is None:
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from check_embedded(item, schema.get("items"), f"{path}[{number}]")
    elif isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            yield from _check_one(value, path)
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if name in properties:
                yield from check_embedded(item, properties[name], f"{path}.{name}" if path else name)
            elif isinstance(additional, Mapping):
                yield from check_embedded(item, additional, f"{path}[{name}]")


def _check_one(value: dict[str, Any], path: str) -> Iterator[FieldError]:
    for name in ("apiVersion", "kind"):
        text = value.get(name)
        if name not in value:
            yield required(f"{path}.{name}", "must not be empty")
        elif not isinstance(text, str):
            yield invalid_value(f"{path}.{name}", text, "must be a string")
        elif not text:
            yield invalid(f"{path}.{name}", text, "must not be empty")
        elif name == "apiVersion" and text.count("/") > 1:
            yield invalid(f"{path}.{name}", text, f"unexpected GroupVersion string: {text}")
        elif name == "kind" and (errors := is_dns1035_label(text.lower())):
            yield invalid(f"{path}.{name}", text, "may have mixed case, but should otherwise match: " + ",".join(errors))
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        named = {**metadata, "name": metadata.get("name") or "fakename"}
        rule = NAME_RULES["path_segment"]
        where = f"{path}.metadata"
        yield from validate_object_meta(named, namespaced=bool(named.get("namespace")), name_validator=rule, path=where)
