"""Schemas of custom resources: as their definitions give them, and simpler for OpenAPI version 2, which knows less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apis.kind import Kind

Object = dict[str, Any]
_OBJECT_META = {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "description": "Standard object's metadata."}
_TYPE_FIELDS = {
    "apiVersion": {"description": "The version of this representation of the object.", "type": "string"},
    "kind": {"description": "What the object is.", "type": "string"},
}
_UNKNOWN_IN_2 = ("allOf", "anyOf", "oneOf", "not", "nullable", "default", "example")
_ANY = "x-kubernetes-preserve-unknown-fields"


def describe_custom(kind: Kind, *, simple: bool) -> Object:
    """Return the schema of a custom kind with what every object has; `simple` is that of OpenAPI version 2."""
    assert kind.custom is not None
    given = kind.custom.open_api
    schema = simplify(given) if simple else dict(given)
    if schema.get(_ANY) and "properties" not in schema:
        return {"type": "object", **schema}
    properties = {**(schema.get("properties") or {}), **_TYPE_FIELDS, "metadata": _OBJECT_META}
    return {**schema, "type": "object", "properties": properties}


def simplify(schema: Mapping[str, Any]) -> Object:
    """Return a schema without what version 2 cannot say; where anything may stand, nothing is said of it."""
    kept = {key: value for key, value in schema.items() if key not in _UNKNOWN_IN_2}
    if schema.get("nullable") or schema.get("x-kubernetes-int-or-string"):
        for key in ("type", "items", "properties"):
            kept.pop(key, None)
        return kept
    if schema.get(_ANY):
        kept.pop("properties", None)
        kept.pop("items", None)
        kept.pop("type", None)
        return kept
    if isinstance(kept.get("properties"), Mapping):
        kept["properties"] = {name: simplify(field) for name, field in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), Mapping):
            kept[key] = simplify(kept[key])
    return kept
