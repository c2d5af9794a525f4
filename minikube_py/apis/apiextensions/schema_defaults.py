"""Defaults in a CustomResourceDefinition's schema have to be valid and pruned themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.apiextensions import pruning
from minikube_py.apis.apiextensions.openapi_values import validate_value
from minikube_py.apis.apiextensions.unstructured_literals import invalid_value

Schema = Mapping[str, Any]


def validate_defaults(schema: Schema, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the defaults in a schema, at any depth but under additionalProperties, where none may be."""
    if "default" in schema:
        yield from _check(schema, schema["default"], f"{path}.default")
    if isinstance(schema.get("items"), Mapping):
        yield from validate_defaults(schema["items"], f"{path}.items")
    for name, inner in (schema.get("properties") or {}).items():
        yield from validate_defaults(inner, f"{path}.properties[{name}]")


def _check(schema: Schema, default: Any, path: str) -> Iterator[FieldError]:
    pruned = deep_copy(default)
    is_resource = bool(schema.get("x-kubernetes-embedded-resource"))
    if pruning.prune(pruned, schema, root=is_resource):
        yield invalid_value(path, default, "must not have unknown fields")
    yield from validate_value(schema, default, path)


def has_default(schema: Schema) -> bool:
    """Return whether a schema gives a default, at any depth."""
    if "default" in schema:
        return True
    inner = [schema.get(word) for word in ("items", "additionalProperties", "not")]
    for word in ("allOf", "anyOf", "oneOf"):
        inner += schema.get(word) or ()
    inner += (schema.get("properties") or {}).values()
    return any(has_default(one) for one in inner if isinstance(one, Mapping))
