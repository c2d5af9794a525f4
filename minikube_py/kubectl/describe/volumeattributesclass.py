"""Volume attributes classes."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_labels
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a volume attributes class."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Annotations", format_labels(obj["metadata"].get("annotations")))
    writer.field(0, "DriverName", obj.get("driverName", ""))
    writer.field(0, "Parameters", format_labels(obj.get("parameters")))
    write_events_of(obj, context)
