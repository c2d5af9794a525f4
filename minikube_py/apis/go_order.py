"""Whole objects and lists with their fields in the order in which Kubernetes writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from minikube_py.apimachinery import schema
from minikube_py.apimachinery.go_order import order_fields
from minikube_py.apis import catalog

Object = dict[str, Any]
KINDS = 256  # whose definitions are remembered
HEAD = ("kind", "apiVersion", "metadata")


def order_object(obj: Object) -> Object:
    """Return an object of a built-in kind, or a list of such, in Go's order; anything else with what it is at its front."""
    kind, version = str(obj.get("kind", "")), str(obj.get("apiVersion", ""))
    if isinstance(items := obj.get("items"), list) and kind.endswith("List"):
        definition = _find(kind.removesuffix("List"), version)
        head = {name: obj[name] for name in HEAD if name in obj}
        return {**head, **obj, "items": [order_fields(item, definition) for item in items]}
    definition = _find(kind, version)
    if definition is None:
        return {**{name: obj[name] for name in HEAD if name in obj}, **obj}
    ordered: Object = order_fields(obj, definition)
    return ordered


def find_definition(obj: Object) -> schema.Schema | None:
    """Return the definition of an object's kind, None where it is no built-in one."""
    return _find(str(obj.get("kind", "")), str(obj.get("apiVersion", "")))


@lru_cache(maxsize=KINDS)
def _find(kind: str, version: str) -> schema.Schema | None:
    group, _, name = version.rpartition("/")
    found = catalog.find_by_kind(group, kind, name)
    return schema.load(found.schema) if found is not None and found.schema else None
