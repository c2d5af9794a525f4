"""Ingress classes."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write an ingress class."""
    writer, spec = context.writer, obj.get("spec") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Controller", spec.get("controller", ""))
    if (parameters := spec.get("parameters")) is not None:
        writer.write(0, "Parameters:\n")
        if parameters.get("apiGroup") is not None:
            writer.field(1, "APIGroup", parameters["apiGroup"])
        writer.field(1, "Kind", parameters.get("kind", ""))
        writer.field(1, "Name", parameters.get("name", ""))
    write_events_of(obj, context)
