"""Stateful sets, with the templates of their claims."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.quantity import canonical
from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_labels, write_labels_and_annotations
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.workloads import count_pods
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a stateful set and how many pods it has."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    selector = selector_from_object(spec.get("selector"))
    pods = count_pods(obj, str(selector), context)
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "CreationTimestamp", format_time(obj["metadata"].get("creationTimestamp")))
    writer.field(0, "Selector", selector)
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Replicas", f"{spec.get('replicas', 0)} desired | {status.get('replicas', 0)} total")
    _write_strategy(spec.get("updateStrategy") or {}, writer)
    writer.field(0, "Pods Status", pods)
    write_pod_template(spec["template"], writer)
    _write_claim_templates(spec.get("volumeClaimTemplates"), writer)
    write_events_of(obj, context)


def _write_strategy(strategy: Object, writer: Writer) -> None:
    writer.field(0, "Update Strategy", strategy.get("type", ""))
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        writer.field(1, "Partition", rolling["partition"])
        if rolling.get("maxUnavailable") is not None:
            writer.field(1, "MaxUnavailable", rolling["maxUnavailable"])


def _write_claim_templates(templates: list[Object] | None, writer: Writer) -> None:
    if not templates:
        writer.field(0, "Volume Claims", NONE)
        return
    writer.write(0, "Volume Claims:\n")
    for template in templates:
        metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
        writer.field(1, "Name", metadata.get("name", ""))
        writer.field(1, "StorageClass", storage_class_of(template))
        write_labels(writer, "Labels", metadata.get("labels"), "  ")
        write_labels(writer, "Annotations", metadata.get("annotations"), "  ")
        amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        writer.field(1, "Capacity", "<default>" if amount is None else canonical(amount))
        writer.field(1, "Access Modes", f"[{' '.join(spec.get('accessModes') or ())}]")
