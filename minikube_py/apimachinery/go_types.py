"""Names of Go types where OpenAPI only says `string`, and the values of enums: what the package kubernetes-validate leaves out.

`go_types.json` was drawn from the type declarations of k8s.io/api v0.33.0. It is read only when a decoding error is worded
or a field is explained.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.schema import Schema


def name_field_type(definition: str, field: str, schema: Schema) -> str:
    """Return the Go type of a field as `reflect` prints it: int32, v1.Protocol, []v1.Container. Pointers are left out."""
    named: str | None = _tables()["types"].get(_key(definition), {}).get(field)
    return named or name_type(schema)


def name_type(schema: Schema) -> str:
    """Return the Go type of a node that stands in no named field."""
    kind = schema.type
    if kind == "array":
        return "[]" + (name_type(schema.items) if schema.items else "interface {}")
    if kind == "map":
        return "map[string]" + (name_type(schema.items) if schema.items else "interface {}")
    if kind == "string":
        return "[]uint8" if schema.format == "byte" else "string"
    if kind == "integer":
        return schema.format or "int64"
    if schema.name:
        return ".".join(schema.name.rsplit(".", 2)[-2:])
    return {"boolean": "bool", "number": "float64"}.get(kind, "interface {}")


def name_element_type(container: str, schema: Schema) -> str:
    """Return the type of an element of `container`, itself the Go type of a list or a map; `schema` is the element's."""
    if container.startswith("[]"):
        return container[2:].lstrip("*")
    if container.startswith("map["):
        return container.partition("]")[2].lstrip("*")
    return name_type(schema)


def list_enum(definition: str, field: str) -> list[str]:
    """Return the sorted values an enum field may have, or [] for any other field."""
    tables = _tables()
    name = tables["enum_fields"].get(_key(definition), {}).get(field)
    return list(tables["enums"].get(name, ()))


def _key(definition: str) -> str:
    return definition.removeprefix("io.k8s.")


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("go_types.json").read_bytes())
    return loaded
