"""Namespaces, with their quotas and limits."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.client.resources import LIMIT_RANGES, RESOURCE_QUOTAS, Resource
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.limitrange import write_limit_ranges
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations
from minikube_py.kubectl.describe.resourcequota import write_quotas
from minikube_py.kubectl.describe.status_conditions import write_dated_conditions

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a namespace; quotas and limits are left out on clusters that have none of that kind."""
    writer, name, status = context.writer, obj["metadata"]["name"], obj.get("status") or {}
    quotas = _list(RESOURCE_QUOTAS, name, context)
    limit_ranges = _list(LIMIT_RANGES, name, context)
    writer.field(0, "Name", name)
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Status", status.get("phase", ""))
    if status.get("conditions"):
        write_dated_conditions(status["conditions"], writer)
    if quotas is not None:
        writer.write(0, "\n")
        write_quotas(quotas, writer)
    if limit_ranges is not None:
        writer.write(0, "\n")
        write_limit_ranges(limit_ranges, writer)


def _list(resource: Resource, namespace: str, context: Context) -> list[Object] | None:
    try:
        return context.list(resource, namespace)
    except NotFound:
        return None
