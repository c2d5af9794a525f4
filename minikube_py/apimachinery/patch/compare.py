"""From objects to sets of fields: what an object has, and what differs between two."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.patch.fieldset import FieldSet, sort_elements
from minikube_py.apimachinery.patch.typed import IGNORED, LEAF, LISTS, MAPS, FieldType, root_type
from minikube_py.apimachinery.schema import Schema

Object = dict[str, Any]


class Comparison(NamedTuple):
    """The fields in which a new object differs from an old one: set or changed, and gone."""

    changed: FieldSet
    removed: FieldSet


def fields_of(obj: Object, schema: Schema | None) -> FieldSet:
    """Return the fields an applier of `obj` owns. Structs and lists are not owned themselves, their content is."""
    return owned_fields(root_type(schema), obj) or {}


def compare(old: Object, new: Object, schema: Schema | None) -> Comparison:
    """Return the fields in which `new` differs from `old`. What nobody manages (name, uid, kind, ...) is left out."""
    return compare_typed(root_type(schema), old, new)


def compare_typed(root: FieldType, old: Object, new: Object) -> Comparison:
    """Return the differences of two values of the type `root`."""
    changed, removed = _compare_maps(root, old, new)
    return Comparison(changed or {}, removed or {})


_Nodes = tuple[FieldSet | None, FieldSet | None]


def _compare_values(field_type: FieldType, old: Any, new: Any) -> _Nodes:
    """Return the nodes of what changed and of what is gone, in two values that are not equal."""
    kind = field_type.kind
    if kind == IGNORED:
        return None, None
    if kind == LEAF or not (old or new):
        return {}, None
    if kind in MAPS:
        if _is_of(dict, old) and _is_of(dict, new):
            return _compare_maps(field_type, old or {}, new or {})
    elif _is_of(list, old) and _is_of(list, new):
        return _compare_lists(field_type, old or [], new or [])
    return all_fields(field_type, new), all_fields(field_type, old)


def _is_of(container: type, value: Any) -> bool:
    return value is None or isinstance(value, container)


def _compare_maps(field_type: FieldType, old: Object, new: Object) -> _Nodes:
    changed: FieldSet = {}
    removed: FieldSet = {}
    zeros = field_type.zeros
    for key, value in new.items():
        before = old.get(key, _ABSENT)
        if before == value:
            continue
        child = field_type.field(key)
        if before is _ABSENT:
            before = zeros.get(key, _ABSENT)
        if before is _ABSENT:
            if child.kind != IGNORED:
                changed["f:" + key] = all_fields(child, value)
        elif before != value:
            _put("f:" + key, _compare_values(child, before, value), changed, removed)
    for key, value in old.items():
        if key not in new:
            child = field_type.field(key)
            if key in zeros:
                if zeros[key] != value:
                    _put("f:" + key, _compare_values(child, value, zeros[key]), changed, removed)
            elif child.kind != IGNORED:
                removed["f:" + key] = all_fields(child, value)
    return _sort(changed), _sort(removed)


_ABSENT = object()


def _put(element: str, nodes: _Nodes, changed: FieldSet, removed: FieldSet) -> None:
    if nodes[0] is not None:
        changed[element] = nodes[0]
    if nodes[1] is not None:
        removed[element] = nodes[1]


def _sort(nodes: FieldSet) -> FieldSet | None:
    if len(nodes) > 1:
        return {element: nodes[element] for element in sort_elements(nodes)}
    return nodes or None


def _compare_lists(field_type: FieldType, old: list[Any], new: list[Any]) -> _Nodes:
    before, after = group_items(field_type, old), group_items(field_type, new)
    if before is None or after is None:
        return {}, None
    changed: FieldSet = {}
    removed: FieldSet = {}
    item_type = field_type.items
    for element, items in after.items():
        others = before.get(element)
        if others == items:
            continue
        if others is not None and len(items) == len(others) == 1:
            _put(element, _compare_values(item_type, others[0], items[0]), changed, removed)
            continue
        changed[element] = _all_of_items(item_type, items)
        if others is not None and 1 in (len(items), len(others)):
            removed[element] = _all_of_items(item_type, others)
    for element, items in before.items():
        if element not in after:
            removed[element] = _all_of_items(item_type, items)
    return _sort(changed), _sort(removed)


def group_items(field_type: FieldType, items: list[Any]) -> dict[str, list[Any]] | None:
    """Return a list's items by their path elements, several where keys repeat; None where an item has no keys."""
    grouped: dict[str, list[Any]] = {}
    for item in items:
        element = field_type.element_of(item)
        if element is None:
            return None
        grouped.setdefault(element, []).append(item)
    return grouped


def _all_of_items(item_type: FieldType, items: list[Any]) -> FieldSet:
    """Return an item's node; items that share their keys are owned as one value."""
    return all_fields(item_type, items[0]) if len(items) == 1 else {}


def all_fields(field_type: FieldType, value: Any) -> FieldSet:
    """Return a value's node with every field in it a member, itself included."""
    kind = field_type.kind
    if kind == LEAF or not value:
        return {}
    if kind in MAPS:
        return _all_entries(field_type, value) if isinstance(value, dict) else {}
    grouped = group_items(field_type, value) if isinstance(value, list) else None
    if grouped is None:
        return {}
    node: FieldSet = {".": {}}
    item_type = field_type.items
    for element in sort_elements(grouped):
        node[element] = _all_of_items(item_type, grouped[element])
    return node


def _all_entries(field_type: FieldType, value: Object) -> FieldSet:
    node: FieldSet = {".": {}}
    fields = field_type.fields
    for key in sorted(value):
        child = fields.get(key) or field_type.field(key)
        if child.kind == LEAF:
            node["f:" + key] = {}
        elif child.kind != IGNORED:
            node["f:" + key] = all_fields(child, value[key])
    return node


def owned_fields(field_type: FieldType, value: Any) -> FieldSet | None:
    """Return the node of what an applier owns of a value: its leaves, and its items in lists and maps."""
    kind = field_type.kind
    if kind == IGNORED:
        return None
    if kind in MAPS and isinstance(value, dict):
        return _owned_entries(field_type, value)
    grouped = group_items(field_type, value) if kind in LISTS and isinstance(value, list) else None
    if grouped is None:
        return {}
    item_type = field_type.items
    return _sort({e: as_member(owned_fields(item_type, i[0])) if len(i) == 1 else {} for e, i in grouped.items()})


def _owned_entries(field_type: FieldType, value: Object) -> FieldSet | None:
    nodes: FieldSet = {}
    for key, inner in value.items():
        child = field_type.field(key)
        node = owned_fields(child, inner)
        if child.kind != IGNORED and (inner is None or inner == {} or not field_type.is_named(key)):
            node = as_member(node)
        if node is not None:
            nodes["f:" + key] = node
    return _sort(nodes)


def as_member(node: FieldSet | None) -> FieldSet:
    """Return a node as one that is itself in the set."""
    if not node:
        return {}
    return node if "." in node else {".": {}, **node}
