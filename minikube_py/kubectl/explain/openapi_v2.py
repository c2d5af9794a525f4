"""The plain text of `kubectl explain --output=plaintext-openapiv2`, as of the older renderer: wrapped at 80 columns, types without their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from minikube_py.kubectl.explain.nodes import REF, Node, get_element, get_field, get_plain_type, resolve
from minikube_py.kubectl.explain.plaintext import ExplainError, GroupVersionKind

_WIDTH = 80
_DESCRIPTION_INDENT = 5
_FIELD_INDENT = 3
_TEXT_INDENT = 2
_BULLET = re.compile(r"(\d+\.?|-|\*)\s")


def print_schema_v2(out: TextIO, root: Node, path: Sequence[str], recursive: bool, gvk: GroupVersionKind) -> None:
    """Print a kind given by its schema, or its field at `path`.

    Raises ExplainError, before anything is printed, for a field that does not exist.
    """
    node = _look_up(root, path)
    name = path[-1] if path else ""
    group_version = f"{gvk.group}/{gvk.version}".lstrip("/")
    out.write(f"KIND:     {gvk.kind}\nVERSION:  {group_version}\n\n")
    inner, descriptions = _descend(node)
    if not path and "$ref" in root:
        del descriptions[0]  # nobody refers to a kind itself
    resolved = resolve(inner)
    type_name = _name_type(node)
    if "properties" in resolved:
        if name:
            out.write(f"RESOURCE: {name} <{type_name}>\n\n")
    elif _is_primitive(resolved):
        out.write(f"FIELD:    {name} <{type_name}>\n\n")
    out.write("".join(_format_description(descriptions)))
    if "properties" in resolved:
        out.write("\nFIELDS:\n")
        lines = _list_recursively(inner, _FIELD_INDENT, frozenset()) if recursive else _list_fields(inner)
        out.write("".join(lines))


def _look_up(root: Node, path: Sequence[str]) -> Node:
    """Return the field at a path; what has no fields of its own is the answer, whatever of the path is left."""
    node = root
    for name in path:
        owner = _descend(node)[0]
        resolved = resolve(owner)
        if "properties" not in resolved:
            return owner
        if name not in resolved["properties"]:
            raise ExplainError(f'field "{name}" does not exist')
        node = get_field(resolved, owner.get("$ref", "").removeprefix(REF), name)
    return node


def _descend(node: Node) -> tuple[Node, list[str]]:
    """Return what lists and maps hold in the end, and the descriptions met on the way there."""
    descriptions = []
    while True:
        if "$ref" in node:
            descriptions.append(node.get("description") or "")
        resolved = resolve(node)
        descriptions.append(resolved.get("description") or "")
        inner = None if "properties" in resolved else get_element(resolved)
        if inner is None:
            return node, descriptions
        node = inner


def _is_primitive(resolved: Node) -> bool:
    return _name_plain(resolved) not in ("", "object")


def _name_plain(resolved: Node) -> str:
    """Return the one type that the older OpenAPI knows; quantities and the like are strings there, and null is no type."""
    if _is_anything(resolved):
        return ""
    return "string" if "oneOf" in resolved else get_plain_type(resolved)


def _is_anything(resolved: Node) -> bool:
    """Return whether the older OpenAPI has no type for that: null may stand there, or fields that nobody knows."""
    return bool(resolved.get("nullable") or resolved.get("x-kubernetes-preserve-unknown-fields"))


def _name_type(node: Node) -> str:
    resolved = resolve(node)
    if "properties" in resolved and not _is_anything(resolved):
        return "Object"
    plain = _name_plain(resolved)
    if plain == "array":
        return "[]" + _name_type(resolved["items"])
    if plain == "object":
        inner = resolved.get("additionalProperties")
        return "map[string]" + (_name_type(inner) if isinstance(inner, Mapping) else "")
    return plain


def _format_description(descriptions: list[str]) -> Iterator[str]:
    yield "DESCRIPTION:\n"
    for index, text in enumerate(descriptions):
        if text:
            yield "\n" if index else ""
            yield from _wrap(text, _DESCRIPTION_INDENT)
    if not any(descriptions):
        yield from _wrap("<empty>", _DESCRIPTION_INDENT)


def _own_fields(node: Node) -> Iterator[tuple[str, Node, bool]]:
    resolved = resolve(node)
    for name in sorted(resolved.get("properties", {})):
        field = get_field(resolved, node.get("$ref", "").removeprefix(REF), name)
        yield name, field, name in resolved.get("required", ())


def _list_fields(node: Node) -> Iterator[str]:
    for name, field, required in _own_fields(node):
        yield f"{' ' * _FIELD_INDENT}{name}\t<{_name_type(field)}>{' -required-' if required else ''}\n"
        yield from _wrap(field.get("description") or "", _FIELD_INDENT + _TEXT_INDENT)
        yield "\n"


def _list_recursively(node: Node, depth: int, seen: frozenset[str]) -> Iterator[str]:
    """Yield fields and theirs; a definition met again on the way down is left out."""
    for name, field, _ in _own_fields(node):
        yield f"{' ' * depth}{name}\t<{_name_type(field)}>\n"
        inner = _descend(field)[0]
        ref = inner.get("$ref", "")
        if ref not in seen:
            yield from _list_recursively(inner, depth + _FIELD_INDENT, seen | {ref} if ref else seen)


def _wrap(text: str, indent: int) -> Iterator[str]:
    for line in _wrap_words(text, _WIDTH - indent):
        yield f"{' ' * indent}{line}\n" if line else "\n"


def _wrap_words(text: str, width: int) -> list[str]:
    """Fill lines with words. Code, blank lines after the first words, list items and what follows a colon begin a line of their own."""
    lines: list[str] = []
    words: list[str] = []

    def flush() -> None:
        if words:
            lines.append(" ".join(words))
            words.clear()

    for line in text.split("\n"):
        code, blank = line.startswith("    "), not line.strip()
        follows_colon = bool(words) and words[-1].endswith(":")
        if code or (blank and lines) or follows_colon or blank or _BULLET.match(line.strip()):
            flush()
        if code or (blank and lines):
            lines.append(line if code else "")
            continue
        for word in line.split():
            if words and len(" ".join([*words, word])) > width:
                flush()
            words.append(word)
    flush()
    return lines
