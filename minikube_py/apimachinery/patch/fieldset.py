"""Sets of fields, in the FieldsV1 form that managedFields has: {"f:spec": {"f:replicas": {}}}.

A node of the tree is a field. An empty node is a member of the set; a node with children is one only if it also has ".".
Sets are sorted as Kubernetes writes them, and must not be changed: the functions here share what they can.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.patch.errors import PatchError

FieldSet = dict[str, Any]


def union(left: FieldSet, right: FieldSet) -> FieldSet:
    """Return what is in either set."""
    if not left or not right:
        return left or right
    return _unite(left, right)


def difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """Return what is in `left` and not in `right`; `left` itself where they do not meet. A field's children stay without it."""
    if not left or not right:
        return left
    return _subtract(left, right) or {}


def intersection(left: FieldSet, right: FieldSet) -> FieldSet:
    """Return what is in both sets."""
    if not left or not right:
        return {}
    return _intersect(left, right) or {}


def paths(fields: FieldSet) -> Iterator[tuple[str, ...]]:
    """Yield every member's path elements: a node's own fields first, then what lies deeper."""
    for element, node in fields.items():
        if element != "." and (not node or "." in node):
            yield (element,)
    for element, node in fields.items():
        if element != ".":
            for path in paths(node):
                yield (element, *path)


def format_path(path: tuple[str, ...]) -> str:
    """Return a path as conflicts show it: `.spec.containers[name="web"].image`."""
    return "".join(map(_format_element, path))


def to_fields_v1(fields: FieldSet) -> FieldSet:
    """Return the set as a tree of its own, sorted."""
    return {element: to_fields_v1(fields[element]) for element in sort_elements(fields)}


def from_fields_v1(raw: Any) -> FieldSet:
    """Return the set that a client's FieldsV1 says. Raises PatchError where it is none."""
    if not isinstance(raw, dict):
        raise PatchError("error decoding set: fieldsV1 is not an object")
    for element, node in raw.items():
        if element != "." and element[:2] not in ("f:", "k:", "v:", "i:"):
            raise PatchError(f"error decoding set: missing colon: {element}")
        if element[:2] in ("k:", "v:"):
            _decode(element)
        from_fields_v1(node)
    return to_fields_v1(raw)


def sort_elements(elements: FieldSet) -> list[str]:
    """Return path elements in their order: "." first, fields by name, items by the values of their keys."""
    names = sorted(elements)
    if len(names) > 1 and names[-1][0] in "kvi":
        names.sort(key=_order_of)
    return names


def _is_member(node: FieldSet) -> bool:
    return not node or "." in node


def _unite(left: FieldSet, right: FieldSet) -> FieldSet:
    if not left or not right:
        children = left or right
        return {".": {}, **children} if children and "." not in children else children
    merged = dict(left)
    for element, node in right.items():
        merged[element] = _unite(merged[element], node) if element != "." and element in merged else node
    return {element: merged[element] for element in sort_elements(merged)} if len(merged) > len(left) else merged


def _subtract(left: FieldSet, right: FieldSet) -> FieldSet | None:
    """Return what is left of a node, None for nothing, `left` itself where nothing was taken."""
    result = left
    for element, taken in right.items():
        node = left.get(element)
        if node is None or element == ".":
            continue
        rest = _subtract(node, taken)
        if rest is not node:
            if result is left:
                result = dict(left)
            if rest is None:
                del result[element]
            else:
                result[element] = rest
    member = _is_member(left)
    if member and _is_member(right):
        return {element: node for element, node in result.items() if element != "."} or None
    if result is left:
        return left
    if len(result) == 1 and "." in result:
        return {}
    return result or None


def _intersect(left: FieldSet, right: FieldSet) -> FieldSet | None:
    shared: FieldSet = {}
    for element, node in left.items():
        other = right.get(element)
        if other is not None and element != ".":
            both = _intersect(node, other)
            if both is not None:
                shared[element] = both
    if _is_member(left) and _is_member(right):
        return {".": {}, **shared} if shared else {}
    return shared or None


def _decode(element: str) -> Any:
    try:
        return json.loads(element[2:])
    except (ValueError, RecursionError) as error:
        raise PatchError(f"error decoding set: {error}") from error


def _order_of(element: str) -> tuple[str, list[tuple[str, str, Any]]]:
    """Return what a path element sorts by: numbers before strings, each by value."""
    if element[0] not in "kvi":
        return element, []
    value = _decode(element)
    pairs = sorted(value.items()) if isinstance(value, dict) else [("", value)]
    return element[:2], [(key, *_rank(item)) for key, item in pairs]


def _rank(value: Any) -> tuple[str, Any]:
    if isinstance(value, bool):
        return "c", value
    return ("a", value) if isinstance(value, int | float) else ("b", str(value))


def _format_element(element: str) -> str:
    if element[0] == "f":
        return "." + element[2:]
    if element[0] == "i":
        return f"[{element[2:]}]"
    if element[0] == "v":
        return f"[={element[2:]}]"
    return "[" + ",".join(f"{key}={_encode(value)}" for key, value in sorted(_decode(element).items())) + "]"


def _encode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
