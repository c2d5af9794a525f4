"""The metadata that every description shows: names, labels, annotations and the controlling owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

NONE = "<none>"
LONGEST_ANNOTATION = 140
HIDDEN_ANNOTATIONS = ("kubectl.kubernetes.io/last-applied-configuration",)


def write_head(obj: Object, writer: Writer) -> None:
    """Write name, namespace, labels and annotations: how most descriptions begin."""
    metadata = obj["metadata"]
    writer.field(0, "Name", metadata.get("name", ""))
    writer.field(0, "Namespace", metadata.get("namespace", ""))
    write_labels_and_annotations(obj, writer)


def write_labels_and_annotations(obj: Object, writer: Writer) -> None:
    """Write the labels and the annotations of an object."""
    metadata = obj.get("metadata") or {}
    write_labels(writer, "Labels", metadata.get("labels"))
    write_annotations(writer, "Annotations", metadata.get("annotations"))


def write_labels(writer: Writer, title: str, labels: Mapping[str, str] | None, indent: str = "") -> None:
    """Write labels one a line, the title before the first."""
    write_lines(writer, title, [f"{key}={value}" for key, value in sorted((labels or {}).items())], indent)


def write_lines(writer: Writer, title: str, lines: Sequence[str], indent: str = "") -> None:
    """Write a title and, in the column beside it, lines, or `<none>`."""
    writer.write(0, f"{indent}{title}:\t")
    if not lines:
        writer.line(NONE)
        return
    for index, text in enumerate(lines):
        if index:
            writer.write(0, indent)
            writer.write(0, "\t")
        writer.write(0, text + "\n")


def write_annotations(writer: Writer, title: str, annotations: Mapping[str, str] | None) -> None:
    """Write annotations by key; long ones and those of several lines stand under their key, each line cut to 138 bytes."""
    shown = {key: value for key, value in sorted((annotations or {}).items()) if key not in HIDDEN_ANNOTATIONS}
    writer.write(0, f"{title}:\t")
    if not shown:
        writer.line(NONE)
        return
    for index, (key, text) in enumerate(shown.items()):
        if index:
            writer.write(0, "\t")
        value = text.removesuffix("\n")
        if len((key + value).encode()) + 2 <= LONGEST_ANNOTATION and "\n" not in value:
            writer.write(0, f"{key}: {value}\n")
            continue
        writer.write(0, f"{key}:\n")
        for line in value.split("\n"):
            writer.write(0, f"\t  {_shorten(line, LONGEST_ANNOTATION - 2)}\n")


def write_controller(obj: Object, writer: Writer) -> None:
    """Write which object controls this one, where there is such."""
    if owner := controller_of(obj):
        writer.field(0, "Controlled By", f"{owner['kind']}/{owner['name']}")


def _shorten(text: str, longest: int) -> str:
    data = text.encode()
    return data[:longest].decode(errors="replace") + "..." if len(data) > longest else text
