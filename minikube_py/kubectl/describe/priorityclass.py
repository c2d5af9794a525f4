"""Priority classes."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_labels
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a priority class."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Value", obj.get("value", 0))
    writer.field(0, "GlobalDefault", "true" if obj.get("globalDefault") else "false")
    writer.field(0, "PreemptionPolicy", obj.get("preemptionPolicy", ""))
    writer.field(0, "Description", obj.get("description", ""))
    writer.field(0, "Annotations", format_labels(obj["metadata"].get("annotations")))
    write_events_of(obj, context)
