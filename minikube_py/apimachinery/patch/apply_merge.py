"""An applied configuration merged into the live object, and fields taken out of one."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.patch.compare import Object, group_items
from minikube_py.apimachinery.patch.fieldset import FieldSet, sort_elements
from minikube_py.apimachinery.patch.typed import LISTS, MAPS, FieldType


def merge(field_type: FieldType, live: Any, config: Any) -> Any:
    """Return `config` laid over `live`: maps and lists with keys merge, all else is the configuration's."""
    kind = field_type.kind
    if kind in MAPS and isinstance(live, dict) and isinstance(config, dict | None):
        merged = dict(live)
        for key, value in (config or {}).items():
            merged[key] = merge(field_type.field(key), live[key], value) if key in live else value
        return merged if live or config else config
    if kind in LISTS and isinstance(live, list) and isinstance(config, list | None) and (live or config):
        return _merge_lists(field_type, live, config or [])
    return config


def _merge_lists(field_type: FieldType, live: list[Any], config: list[Any]) -> list[Any]:
    """Return both lists' items: the configuration's in its order, those only live has where they stood between them."""
    mine, theirs = group_items(field_type, config), group_items(field_type, live)
    if mine is None or theirs is None:
        return config
    order = [element for element in map(field_type.element_of, live) if element]
    shared = iter([element for element in mine if element in theirs])
    expected = next(shared, None)
    merged: list[Any] = []
    position = 0
    item_type = field_type.items
    for element, items in mine.items():
        position = _take_live_only(merged, live, order, position, (mine, expected))
        before = theirs.get(element, [])
        merged.append(merge(item_type, before[0], items[0]) if len(before) == 1 else items[0])
        if element == expected:
            expected = next(shared, None)
        if position < len(order) and order[position] == element:
            position += 1
    merged += [item for element, item in zip(order[position:], live[position:], strict=True) if element not in mine]
    return merged


def _take_live_only(
    merged: list[Any], live: list[Any], order: list[str], position: int, stop: tuple[dict[str, list[Any]], str | None]
) -> int:
    """Append live items up to the next shared one that is due; shared ones that are not due are passed over."""
    mine, expected = stop
    while position < len(order) and order[position] != expected:
        if order[position] not in mine:
            merged.append(live[position])
        position += 1
    return position


def remove_fields(field_type: FieldType, value: Any, fields: FieldSet) -> Any:
    """Return `value` without the members of `fields`; None where a map or list has nothing left."""
    if field_type.kind in MAPS and isinstance(value, dict) and value:
        return _remove_entries(field_type, value, fields) or None
    if field_type.kind in LISTS and isinstance(value, list) and value:
        kept = []
        for item in value:
            node = fields.get(field_type.element_of(item) or "")
            if node is None:
                kept.append(item)
            elif node and "." not in node:
                kept.append(remove_fields(field_type.items, item, node))
        return kept or None
    return value


def _remove_entries(field_type: FieldType, value: Object, fields: FieldSet) -> Object:
    kept: Object = {}
    for key, inner in value.items():
        node = fields.get("f:" + key)
        if node is None:
            kept[key] = inner
        elif node and "." not in node:
            rest = remove_fields(field_type.field(key), inner, node)
            if rest is not None:
                kept[key] = rest
    return kept


def with_named_fields(field_type: FieldType, fields: FieldSet) -> FieldSet:
    """Return the set with every struct's field that leads to a member a member too."""
    result: FieldSet = {}
    for element in sort_elements(fields):
        node = fields[element]
        if element == "." or not node:
            result[element] = node
            continue
        is_field = element.startswith("f:")
        child = field_type.field(element[2:]) if is_field else field_type.items
        inner = with_named_fields(child, node)
        named = is_field and field_type.is_named(element[2:])
        result[element] = {".": {}, **inner} if named and "." not in inner else inner
    return result
