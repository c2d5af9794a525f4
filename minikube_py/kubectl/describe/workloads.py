"""What the descriptions of controllers of pods have in common."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.unstructured import is_controlled_by
from minikube_py.client.resources import PODS
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

PHASES = {"Running": "Running", "Pending": "Waiting", "Succeeded": "Succeeded", "Failed": "Failed"}


def count_pods(owner: Object, selector: str, context: Context) -> str:
    """Return how many pods of a controller are in which phase. Raises StatusError."""
    pods = context.list(PODS, owner["metadata"].get("namespace", ""), label_selector=selector)
    phases = [(pod.get("status") or {}).get("phase") for pod in pods if is_controlled_by(pod, owner)]
    return " / ".join(f"{phases.count(phase)} {shown}" for phase, shown in PHASES.items())


def write_conditions(obj: Object, writer: Writer) -> None:
    """Write type, status and reason of each condition, where there are any."""
    conditions = (obj.get("status") or {}).get("conditions")
    if not conditions:
        return
    writer.write(0, "Conditions:\n  Type\tStatus\tReason\n")
    writer.write(1, "----\t------\t------\n")
    for condition in conditions:
        writer.write(1, f"{condition.get('type', '')} \t{condition.get('status', '')}\t{condition.get('reason', '')}\n")
