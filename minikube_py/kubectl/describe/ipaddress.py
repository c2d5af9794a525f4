"""IP addresses of services."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write an IP address."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    if (parent := (obj.get("spec") or {}).get("parentRef")) is not None:
        writer.write(0, "Parent Reference:\n")
        for title in ("Group", "Resource", "Namespace", "Name"):
            writer.field(1, title, parent.get(title.lower(), ""))
    write_events_of(obj, context)
