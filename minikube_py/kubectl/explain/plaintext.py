"""The plain text of `kubectl explain`, laid out as kubectl 1.33 does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TextIO

from minikube_py.apimachinery.schema import load_full_definitions
from minikube_py.kubectl.explain.nodes import REF, Node, get_element, get_field, get_plain_type, resolve
from minikube_py.kubectl.explain.word_wrap import indent, wrap

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_MAX_ENUM_SHOWN = 4


class ExplainError(Exception):
    """What explain refuses after the header is printed; the text follows `error: `."""


class GroupVersionKind(NamedTuple):
    """The header. `group` is empty for core kinds."""

    group: str
    version: str
    kind: str


def print_explanation(out: TextIO, definition_name: str, path: Sequence[str], recursive: bool, gvk: GroupVersionKind) -> None:
    """Print the kind `definition_name`, or its field at `path` (names; lists and maps take no step).

    With `recursive` fields are shown as a tree without descriptions. Raises ExplainError for a field that does not exist.
    """
    print_schema(out, {"$ref": REF + definition_name}, path, recursive, gvk)


def print_schema(out: TextIO, root: Node, path: Sequence[str], recursive: bool, gvk: GroupVersionKind) -> None:
    """Print a kind given by its schema, as print_explanation does; for custom resources see complete_crd_schema."""
    if gvk.group:
        out.write(f"GROUP:      {gvk.group}\n")
    out.write(f"KIND:       {gvk.kind}\nVERSION:    {gvk.version}\n\n")
    node = root
    for index, name in enumerate(path):
        parent, definition = _find_owner(node, name)
        if parent is None:
            raise ExplainError(f'field "{path[-1]}" does not exist')
        node = get_field(parent, definition, name)
        if index == len(path) - 1:
            out.write(f"FIELD: {name} <{_name_type(node)}>\n{_format_enum(node)}\n\n")
    description = "".join(f"{text}\n" for text in _list_descriptions(node))
    out.write(f"DESCRIPTION:\n{indent(wrap(description or '<empty>', 76), 4)}\n")
    fields = "".join(_format_fields(node, recursive, 1, frozenset()))
    out.write(f"FIELDS:\n{fields}\n" if fields else "\n")


def complete_crd_schema(open_api_v3_schema: Node) -> Node:
    """Return a CustomResourceDefinition's schema with apiVersion, kind and metadata, as a server publishes it."""
    config_map = load_full_definitions()["io.k8s.api.core.v1.ConfigMap"]["properties"]
    standard = {name: {"type": "string", "description": config_map[name]["description"]} for name in ("apiVersion", "kind")}
    metadata = {"$ref": REF + _OBJECT_META, "description": config_map["metadata"]["description"]}
    properties = {**open_api_v3_schema.get("properties", {}), **standard, "metadata": metadata}
    return {**open_api_v3_schema, "properties": properties}


def _find_owner(node: Node, name: str) -> tuple[Node | None, str]:
    """Return the object that has the field `name`, through lists and maps, and its definition's name if it has one."""
    current: Node | None = node
    while current is not None:
        resolved = resolve(current)
        if name in resolved.get("properties", {}):
            return resolved, current.get("$ref", "").removeprefix(REF)
        current = get_element(resolved)
    return None, ""


def _list_descriptions(node: Node) -> Iterator[str]:
    """Yield the descriptions of a field, of its type and of what its type holds."""
    current: Node | None = node
    while current is not None:
        if "$ref" in current and current.get("description"):
            yield current["description"]
        resolved = resolve(current)
        if resolved.get("description"):
            yield resolved["description"]
        current = get_element(resolved)


def _name_type(node: Node) -> str:
    if "items" in node:
        return "[]" + _name_type(node["items"])
    if isinstance(node.get("additionalProperties"), Mapping):
        return "map[string]" + _name_type(node["additionalProperties"])
    kind = get_plain_type(resolve(node))
    if "$ref" in node and kind in ("", "object"):
        return str(node["$ref"]).rpartition(".")[2]
    return "Object" if kind in ("", "object") else kind


def _format_enum(node: Node) -> str:
    values = node.get("enum", ())
    return "".join(["ENUM:", *(f"\n    {_show(value)}" for value in values)]) if values else ""


def _show(value: Any) -> str:
    if isinstance(value, str):
        return value or '""'
    return json.dumps(value)


def _format_fields(node: Node, recursive: bool, level: int, seen: frozenset[str]) -> Iterator[str]:
    """Yield the fields of an object, or of what a list or a map holds; a definition met again on the way down is left out."""
    ref = node.get("$ref", "")
    if ref in seen:
        return
    seen = seen | {ref} if ref else seen
    resolved = resolve(node)
    definition = ref.removeprefix(REF)
    for name in sorted(resolved.get("properties", {})):
        field = get_field(resolved, definition, name)
        required = " -required-" if name in resolved.get("required", ()) else ""
        yield f"{'  ' * level}{name}\t<{_name_type(field)}>{required}{_format_short_enum(field, level)}\n"
        if recursive:
            yield from _format_fields(field, recursive, level + 1, seen)
        else:
            text = field.get("description") or "<no description>"
            yield indent(wrap(text, 78 - 2 * level), 2 * level + 2) + "\n\n"
    inner = get_element(resolved)
    if inner is not None:
        yield from _format_fields(inner, recursive, level, seen)


def _format_short_enum(node: Node, level: int) -> str:
    values = node.get("enum", ())
    if not values:
        return ""
    more = ", ...." if len(values) > _MAX_ENUM_SHOWN else ""
    return f"\n{'  ' * level}enum: {', '.join(map(_show, values[:_MAX_ENUM_SHOWN]))}{more}"
