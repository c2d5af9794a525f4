"""A schema of a server's OpenAPI v3 document as one piece, without references to others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = dict[str, Any]

PREFIX = "#/components/schemas/"


def unfold(schema: Mapping[str, Any], schemas: Mapping[str, Any], inside: tuple[str, ...] = ()) -> Object:
    """Return a schema with what it refers to in its place; one that is inside itself has no fields there.

    Kubernetes refers by `allOf` of one, beside which the field's own description stands.
    """
    below: list[Object] = schema.get("allOf") or []
    ref = schema.get("$ref") or (below[0].get("$ref") if len(below) == 1 else "") or ""
    if ref:
        name = ref.removeprefix(PREFIX)
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "default")}
        if name in inside or name not in schemas:
            return {"type": "object", **own}
        return {**unfold(schemas[name], schemas, (*inside, name)), **own}
    unfolded = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping):
            unfolded[key] = unfold(schema[key], schemas, inside)
    if isinstance(schema.get("properties"), Mapping):
        unfolded["properties"] = {name: unfold(one, schemas, inside) for name, one in schema["properties"].items()}
    return unfolded
