"""Pod disruption budgets."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_label_selector
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of

Object = dict[str, Any]

COUNTS = (
    ("Allowed disruptions", "disruptionsAllowed"),
    ("Current", "currentHealthy"),
    ("Desired", "desiredHealthy"),
    ("Total", "expectedPods"),
)


def describe(obj: Object, context: Context) -> None:
    """Write a pod disruption budget."""
    writer, spec, status = context.writer, obj.get("spec") or {}, obj.get("status") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    if spec.get("minAvailable") is not None:
        writer.field(0, "Min available", spec["minAvailable"])
    elif spec.get("maxUnavailable") is not None:
        writer.field(0, "Max unavailable", spec["maxUnavailable"])
    selector = spec.get("selector")
    writer.field(0, "Selector", "<unset>" if selector is None else format_label_selector(selector))
    writer.write(0, "Status:\n")
    for title, field in COUNTS:
        writer.field(2, title, status.get(field, 0))
    write_events_of(obj, context)
