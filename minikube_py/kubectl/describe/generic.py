"""Kinds without a describer of their own: every field by its name in words, nested ones indented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_head
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

ACRONYMS = ("API", "URL", "UID", "OSB", "GUID")
SHOWN_ABOVE = tuple(f".metadata.{name}" for name in ("managedFields", "name", "namespace", "labels", "annotations"))


def describe(obj: Object, context: Context) -> None:
    """Write an object of any kind."""
    write_head(obj, context.writer)
    write_fields(obj, context.writer)
    write_events_of(obj, context)


def write_fields(content: Object, writer: Writer, level: int = 0, path: str = "") -> None:
    """Write the fields of an object by name; `path` is the object's own, to leave out what stands in the head."""
    for name in sorted(content):
        value, inner = content[name], f"{path}.{name}"
        if inner in SHOWN_ABOVE:
            continue
        if isinstance(value, dict):
            writer.write(level, f"{label_of(name)}:\n")
            write_fields(value, writer, level + 1, inner)
        elif isinstance(value, list):
            writer.write(level, f"{label_of(name)}:\n")
            for item in value:
                if isinstance(item, dict):
                    write_fields(item, writer, level + 1, inner)
                else:
                    writer.write(level + 1, f"{format_go_value(item)}\n")
        else:
            writer.field(level, label_of(name), format_go_value(value))


def label_of(name: str) -> str:
    """Return a field's name in words: `API Version` for apiVersion; names with other signs than letters and `-` stay."""
    if not all(char.isalpha() or char == "-" for char in name):
        return name
    return " ".join(p.upper() if p.upper() in ACRONYMS else p[:1].upper() + p[1:] for p in split_camel_case(name))


def split_camel_case(name: str) -> list[str]:
    """Return the words of a name: `apiIPList` is api, IP, List."""
    words = list(_split_by_class(name))
    for index in range(len(words) - 1):
        if words[index][0].isupper() and words[index + 1][0].islower():
            words[index + 1] = words[index][-1] + words[index + 1]
            words[index] = words[index][:-1]
    return [word for word in words if word]


def _split_by_class(name: str) -> Iterator[str]:
    start = 0
    for index in range(1, len(name) + 1):
        if index == len(name) or _class_of(name[index]) != _class_of(name[start]):
            yield name[start:index]
            start = index


def _class_of(char: str) -> str:
    if char.islower():
        return "lower"
    if char.isupper():
        return "upper"
    return "digit" if char.isdigit() else "other"
