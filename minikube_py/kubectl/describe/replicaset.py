"""Replica sets."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.labels import format_label_selector, selector_from_object
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_controller, write_labels_and_annotations
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.workloads import count_pods, write_conditions

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a replica set and how many pods it has."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "Selector", format_label_selector(spec.get("selector")))
    write_labels_and_annotations(obj, writer)
    write_controller(obj, writer)
    writer.field(0, "Replicas", f"{status.get('replicas', 0)} current / {spec.get('replicas', 0)} desired")
    writer.field(0, "Pods Status", _count_pods(obj, context))
    write_pod_template(spec.get("template"), writer)
    write_conditions(obj, writer)
    write_events_of(obj, context)


def _count_pods(obj: Object, context: Context) -> str:
    try:
        return count_pods(obj, str(selector_from_object(obj["spec"].get("selector"))), context)
    except StatusError as error:
        return f"error in fetching pods: {error}"
