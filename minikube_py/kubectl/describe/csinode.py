"""CSI nodes: the storage drivers of a node."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations
from minikube_py.kubectl.describe.times import format_time

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a CSI node."""
    writer, drivers = context.writer, (obj.get("spec") or {}).get("drivers")
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.field(0, "CreationTimestamp", format_time(obj["metadata"].get("creationTimestamp")))
    writer.write(0, "Spec:\n")
    if drivers is not None:
        writer.write(1, "Drivers:\n")
    for driver in drivers or ():
        writer.write(2, f"{driver['name']}:\n")
        writer.field(3, "Node ID", driver.get("nodeID", ""))
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None:
            writer.write(3, "Allocatables:\n")
            writer.field(4, "Count", count)
        if driver.get("topologyKeys") is not None:
            writer.field(3, "Topology Keys", f"[{' '.join(driver['topologyKeys'])}]")
    write_events_of(obj, context)
