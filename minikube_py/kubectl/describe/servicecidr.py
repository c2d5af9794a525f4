"""Service CIDRs."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations
from minikube_py.kubectl.describe.status_conditions import write_dated_conditions

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a service CIDR."""
    writer, conditions = context.writer, (obj.get("status") or {}).get("conditions")
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.field(0, "CIDRs", ", ".join((obj.get("spec") or {}).get("cidrs") or ()))
    if conditions:
        writer.write(0, "Status:\n")
        write_dated_conditions(conditions, writer)
    write_events_of(obj, context)
