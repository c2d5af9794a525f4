"""NodeUnschedulable: cordoned nodes take only pods that tolerate it."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.tolerations import tolerates
from minikube_py.scheduler.event import NODE, WAITING, Event
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
NAME = "NodeUnschedulable"
SCOPE = "node"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse a node whose spec.unschedulable is set."""
    if not node.node.get("spec", {}).get("unschedulable"):
        return ""
    return "" if tolerates(pod["spec"].get("tolerations") or [], TAINT) else "node(s) were unschedulable"


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a node came or was uncordoned, or the pod may tolerate more."""
    if event.what != NODE:
        return event.what == WAITING
    was_open = event.before is not None and not (event.before.get("spec") or {}).get("unschedulable")
    return event.after is not None and not was_open and not (event.after.get("spec") or {}).get("unschedulable")
