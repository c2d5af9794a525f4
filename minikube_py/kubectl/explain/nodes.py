"""What explain's printers ask of the OpenAPI definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minikube_py.apimachinery.go_types import list_enum
from minikube_py.apimachinery.schema import load_full_definitions

Node = Mapping[str, Any]
REF = "#/$defs/"


def resolve(node: Node) -> Node:
    """Return the definition that a node refers to, the node itself where it refers to none."""
    ref = node.get("$ref")
    resolved: Node = load_full_definitions()[ref.removeprefix(REF)] if ref else node
    return resolved


def get_element(resolved: Node) -> Node | None:
    """Return what a list or a map holds, None where the node is neither."""
    inner = resolved.get("items") or resolved.get("additionalProperties")
    return inner if isinstance(inner, Mapping) else None


def get_plain_type(node: Node) -> str:
    """Return the OpenAPI type; the definitions say `[type, null]` where a field may be left out."""
    kind = node.get("type", "")
    return next((word for word in kind if word != "null"), "") if isinstance(kind, list) else str(kind)


def get_field(parent: Node, definition: str, name: str) -> Node:
    """Return a field's schema with its enum, which the definitions leave out (theirs only fix apiVersion and kind)."""
    node: Node = parent["properties"][name]
    if not definition:
        return node
    values = list_enum(definition, name)
    description = node.get("description", "")
    if values:
        description += "\n\nPossible enum values:\n" + "\n".join(f' - `"{value}"`' for value in values)
    return {**node, "enum": values, "description": description}
