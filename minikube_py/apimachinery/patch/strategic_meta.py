"""What a strategic merge patch needs to know of a field, and the names of its directives."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.patch.errors import PatchError, UnsupportedPatch
from minikube_py.apimachinery.schema import Schema

Object = dict[str, Any]

DIRECTIVE = "$patch"
RETAIN_KEYS = "$retainKeys"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"
SET_ORDER = "$setElementOrder"


class FieldMeta(NamedTuple):
    """How a field merges: `strategy` is merge, replace or ""; `schema` is what its value or its elements are."""

    schema: Schema | None
    strategy: str
    retain_keys: bool
    merge_key: str


_UNKNOWN = FieldMeta(None, "", False, "")


def lookup(schema: Schema | None, field: str) -> FieldMeta:
    """Return how `field` of an object merges. Raises PatchError for a field its type does not have."""
    if schema is None or schema.type == "any":
        return _UNKNOWN
    if schema.type == "map":
        node = schema.items
    elif field in schema.fields:
        node = schema.fields[field]
    else:
        raise PatchError(f'unable to find api field in struct {schema.go_name} for the json field "{field}"')
    if node is None:
        return _UNKNOWN
    strategies = node.patch_strategies
    strategy = next((s for s in strategies if s != "retainKeys"), "")
    return FieldMeta(node.items if node.type == "array" else node, strategy, "retainKeys" in strategies, node.merge_key)


def key_of(item: Any, merge_key: str) -> Any:
    """Return an element's merge key. Raises PatchError where it has none."""
    if not isinstance(item, dict):
        raise PatchError(f"expected a map[string]interface {{}}, but received a {go_type(item)}")
    if merge_key not in item:
        raise PatchError(f"map: {format_go_value(item)} does not contain declared merge key: {merge_key}")
    return item[merge_key]


def holds_objects(*lists: list[Any]) -> bool:
    """Tell lists of objects from lists of scalars. Raises PatchError for a mixture and for lists of lists."""
    kinds = {go_type(item) for items in lists for item in items}
    if any(kind.startswith("[]") for kind in kinds):
        raise UnsupportedPatch("lists of lists are not supported")
    if len(kinds) > 1:
        raise PatchError(f"list element types are not identical: {format_go_value(list(lists))}")
    return kinds == {"map[string]interface {}"}


def go_type(value: Any) -> str:
    """Return the Go type a JSON value decodes to, as upstream's errors name it."""
    if isinstance(value, bool):
        return "bool"
    names = {dict: "map[string]interface {}", list: "[]interface {}", str: "string", int: "int64", float: "float64"}
    return names.get(type(value), "<nil>")
