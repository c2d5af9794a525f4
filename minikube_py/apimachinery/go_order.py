"""The order in which Go writes an object's fields: that of its structs, which OpenAPI does not tell.

`go_fields.json` was drawn from the type declarations of k8s.io/api and k8s.io/apimachinery; it is read when the first object is put in order.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.schema import Schema


def order_fields(value: Any, schema: Schema | None) -> Any:
    """Return a value with its fields as Go's encoder writes them: those of structs by declaration, those of maps sorted."""
    if schema is None:
        return value
    if isinstance(value, list):
        return [order_fields(item, schema.items) for item in value]
    if not isinstance(value, dict):
        return value
    if schema.type == "map":
        return {key: order_fields(value[key], schema.items) for key in sorted(value)}
    if schema.type != "object":
        return value
    names = [name for name in _read_orders().get(schema.name.removeprefix("io.k8s."), "").split() if name in value]
    return {name: order_fields(value[name], schema.fields.get(name)) for name in dict.fromkeys((*names, *value))}


@lru_cache(maxsize=1)
def _read_orders() -> dict[str, str]:
    loaded: dict[str, str] = json.loads(Path(__file__).with_name("go_fields.json").read_bytes())
    return loaded
