"""Daemon sets."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_labels, selector_from_object
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.workloads import count_pods

Object = dict[str, Any]

COUNTS = (
    ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
    ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
    ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
    ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ("Number of Nodes Misscheduled", "numberMisscheduled"),
)


def describe(obj: Object, context: Context) -> None:
    """Write a daemon set and how many pods it has."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    selector = selector_from_object(spec.get("selector"))
    pods = count_pods(obj, str(selector), context)
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "Selector", selector)
    writer.field(0, "Node-Selector", format_labels(spec["template"]["spec"].get("nodeSelector")))
    write_labels_and_annotations(obj, writer)
    for title, field in COUNTS:
        writer.write(0, f"{title}: {status.get(field, 0)}\n")
    writer.field(0, "Pods Status", pods)
    write_pod_template(spec["template"], writer)
    write_events_of(obj, context)
