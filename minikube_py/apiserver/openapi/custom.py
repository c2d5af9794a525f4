"""Schemas of custom resources: as their definitions give them, and simpler for OpenAPI version 2, which knows less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apis.kind import Kind

Object = dict[str, Any]
_META = {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
_UNKNOWN_IN_2 = ("allOf", "anyOf", "oneOf", "not", "nullable", "default", "example")
_ANY = "x-kubernetes-preserve-unknown-fields"


def describe_custom(kind: Kind, model: Object, *, simple: bool) -> Object:
    """Return the schema of a custom kind with what every object has, in the words of a `model`; `simple` is that of OpenAPI version 2."""
    assert kind.custom is not None
    given = kind.custom.open_api
    schema = simplify(given) if simple else dict(given)
    if schema.get(_ANY) and "properties" not in schema:
        return {"type": "object", **schema}
    metadata = {**_META, "description": model["properties"]["metadata"]["description"]}
    properties = {**(schema.get("properties") or {}), **describe_type(model), "metadata": metadata}
    return {**schema, "type": "object", "properties": properties}


def describe_type(model: Object) -> Object:
    """Return the schemas of apiVersion and kind, in the words of a model."""
    words = {name: model["properties"][name]["description"] for name in ("apiVersion", "kind")}
    return {name: {"description": text, "type": "string"} for name, text in words.items()}


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
