"""The order in which Go writes an object's fields: that of its structs, which OpenAPI does not tell.

`go_fields.json` was drawn from the type declarations of k8s.io/api and k8s.io/apimachinery; it is read when the first object is put in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.schema import Schema

Order = Callable[[Any], Any]
SHAPES = 1000  # sets of fields that are remembered of one struct
_orders: dict[str, Order | None] = {}


def order_fields(value: Any, schema: Schema | None) -> Any:
    """Return a value with its fields as Go's encoder writes them: those of structs by declaration, those of maps sorted.

    Scalars, lists of them, what is in order and what has no definition are not copied.
    """
    order = None if schema is None else _find_order(schema)
    return value if order is None else order(value)


def _find_order(schema: Schema) -> Order | None:
    """Return what puts values of a definition in order, None where there is nothing to do. One for each definition's name."""
    if schema.name in _orders:
        return _orders[schema.name]
    kind = schema.type
    if kind == "object":
        order: Order | None = _Struct(schema)
    elif kind == "map":
        order = partial(_order_map, None if schema.items is None else _find_order(schema.items))
    else:
        inner = _find_order(schema.items) if kind == "array" and schema.items is not None else None
        order = None if inner is None else partial(_order_list, inner)
    if schema.name:
        _orders[schema.name] = order
    return order


class _Struct:
    """Orders the fields of a struct. Which come, in which order, is found out once for each set of fields that is met.

    A struct in order, with nothing in it to be put in order, is not copied.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._shapes: dict[tuple[str, ...], tuple[tuple[str, Order | None], ...]] = {}

    def __call__(self, value: Any) -> Any:
        """Return a value in order."""
        if not isinstance(value, dict):
            return value
        fields = tuple(value)
        shape = self._shapes.get(fields)
        if shape is None:
            shape = self._remember(fields)
        return {name: value[name] if order is None else order(value[name]) for name, order in shape} if shape else value

    def _remember(self, fields: tuple[str, ...]) -> tuple[tuple[str, Order | None], ...]:
        known = self._schema.fields
        declared = [n for n in _read_orders().get(self._schema.name.removeprefix("io.k8s."), "").split() if n in fields]
        names = dict.fromkeys((*declared, *fields))
        if len(self._shapes) >= SHAPES:
            self._shapes.clear()
        shape = tuple((name, _find_order(known[name]) if name in known else None) for name in names)
        if all(order is None for _, order in shape) and tuple(names) == fields:
            shape = ()  # they are in order
        self._shapes[fields] = shape
        return shape


def _order_map(order: Order | None, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: value[key] if order is None else order(value[key]) for key in sorted(value)}


def _order_list(order: Order, value: Any) -> Any:
    return [order(item) for item in value] if isinstance(value, list) else value


@lru_cache(maxsize=1)
def _read_orders() -> dict[str, str]:
    loaded: dict[str, str] = json.loads(Path(__file__).with_name("go_fields.json").read_bytes())
    return loaded
