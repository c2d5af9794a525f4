"""Paths with dots into objects, as replacements and vars use them: `spec.containers.[name=web].image`, `metadata.annotations.[a.b/c]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import split_path
from minikube_py.cli_runtime.kustomize.merge_values import MISSING, check_kinds
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, resolve_scalar, text_of

Object = dict[str, Any]


class Place(NamedTuple):
    """Where a value stands: in a map under a key, or in a list at an index."""

    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        """The value that stands there."""
        return self.holder[self.key]


class New(NamedTuple):
    """What is made at the end of a path that is not there."""

    value: Any


def split_dotted(path: str) -> list[str]:
    """Return the parts of a path; what stands in brackets is one part."""
    parts: list[str] = []
    pieces = iter(split_path(path, "."))
    for piece in pieces:
        if not piece.startswith("[") or piece.endswith("]"):
            parts.append(piece)
            continue
        for more in pieces:
            piece += "." + more
            if more.endswith("]"):
                break
        parts.append(piece if "=" in piece else piece.strip("[]"))
    return parts


def look_up(obj: Any, parts: list[str]) -> Any:
    """Return the value at a path, MISSING where there is none. Raises KustomizeError where it leads through a scalar."""
    value = obj
    for part in parts:
        if not part.strip():
            continue
        if value is None:
            return MISSING
        value = _step(value, part)
        if value is MISSING:
            return MISSING
    return value


def _step(value: Any, part: str) -> Any:
    if part == "*":
        raise KustomizeError("wildcard is not supported in PathGetter")
    if is_index(part):
        check_kinds(list, value)
        return value[int(part)] if int(part) < len(value) else MISSING
    if part == "-":
        check_kinds(list, value)
        return value[-1] if value else MISSING
    if _is_match(part):
        check_kinds(list, value)
        field, wanted = _split_match(part)
        return next((item for item in value if _field_text(item, field) == wanted), MISSING)
    check_kinds(dict, value)
    return value.get(part, MISSING)


def is_index(part: str) -> bool:
    """Return whether a part of a path is the index of a list."""
    return part.isascii() and part.isdigit()


def _is_match(part: str) -> bool:
    return part.startswith("[") and part.endswith("]")


def _split_match(part: str) -> tuple[str, str]:
    field, equals, value = part[1:-1].partition("=")
    if not equals:
        raise KustomizeError("list path element must contain fieldName=fieldValue for element to match")
    return field, value


def _field_text(item: Any, field: str) -> str | None:
    value = item if not field else item.get(field) if isinstance(item, dict) else None
    return text_of(value) if value is not None and is_scalar(value) else None


def find_places(holder: Any, key: Any, parts: list[str], new: New | None = None) -> Iterator[Place]:
    """Yield the places that a path leads to from a value; several where it goes through lists. Raises KustomizeError.

    With `new`, what is missing on the way is made.
    """
    if not parts:
        yield Place(holder, key)
        return
    value, part = holder[key], parts[0]
    if value is None and new is not None:
        value = holder[key] = _make(part, New({}))
    if is_index(part):
        yield from _find_index(value, parts, new)
    elif _is_match(part):
        yield from _find_matches(value, parts, new)
    elif part == "*":
        check_kinds(list, value)
        for index in range(len(value or ())):
            yield from find_places(value, index, parts[1:], new)
    else:
        check_kinds(dict, value)
        if value is None or (part not in value and new is None):
            return
        if part not in value:
            value[part] = _make(parts[1] if len(parts) > 1 else "", new)
        yield from find_places(value, part, parts[1:], new)


def _make(following: str, new: New | None) -> Any:
    """Return what stands before the next part of a path."""
    if not following:
        return type(new.value)() if new is not None and isinstance(new.value, dict | list) else None
    return [] if is_index(following) or _is_match(following) or following == "-" else {}


def _find_index(value: Any, parts: list[str], new: New | None) -> Iterator[Place]:
    check_kinds(list, value)
    value, index = [] if value is None else value, int(parts[0])
    if index == len(value) and new is not None:
        value.append(_make(parts[1] if len(parts) > 1 else "", new))
    if index >= len(value):
        raise KustomizeError(f"index {index} specified but only {len(value)} elements found")
    yield from find_places(value, index, parts[1:], new)


def _find_matches(value: Any, parts: list[str], new: New | None) -> Iterator[Place]:
    check_kinds(list, value)
    if value is None:
        return
    field, wanted = _split_match(parts[0])
    try:
        pattern = re.compile(wanted)
    except re.error as error:
        raise KustomizeError(f"error parsing regexp: {error.msg}: `{wanted}`") from None
    matching = [i for i, item in enumerate(value) if (text := _field_text(item, field)) is not None and pattern.search(text)]
    if not matching and new is not None:
        value.append({field: resolve_scalar(wanted)} if field else resolve_scalar(wanted))
        matching = [len(value) - 1]
    for index in matching:
        yield from find_places(value, index, parts[1:] if field else [], new)
