"""Paths within a schema, as `fieldPath` and `selectableFields` give them: `.spec.name`, `.labels['a.b']`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_WORD = re.compile(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]']+")


class PathError(Exception):
    """The path does not lead to a field."""


def find_field(schema: Schema, path: str, *, allow_keys: bool = True) -> Schema:
    """Return the schema of the field at `path`. Raises PathError."""
    words = _WORD.findall(path)
    position, found = 0, schema
    while position < len(words):
        word = words[position]
        if word == ".":
            if position + 1 >= len(words):
                raise PathError("unexpected end of JSON path")
            name = words[position + 1]
            found = _step(found, name)
            position += 2
        elif word == "[":
            if not allow_keys:
                raise PathError("array notation is not allowed")
            key = words[position + 1] if position + 1 < len(words) else ""
            if not key:
                raise PathError("unexpected end of JSON path")
            if len(key) < 2 or key[0] != "'" or key[-1] != "'":
                raise PathError(f"expected single quoted string but got {key}")
            if words[position + 2 : position + 3] != ["]"]:
                raise PathError("expected ]")
            found = _step(found, key[1:-1])
            position += 3
        else:
            raise PathError(f"expected [ or . but got: {word}")
    return found


def _step(schema: Schema, name: str) -> Schema:
    inner = (schema.get("properties") or {}).get(name)
    if inner is None and not schema.get("properties"):
        inner = schema.get("additionalProperties")
    if not isinstance(inner, Mapping):
        raise PathError("does not refer to a valid field")
    return inner
