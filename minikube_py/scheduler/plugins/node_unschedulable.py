"""NodeUnschedulable: cordoned nodes take only pods that tolerate it."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.tolerations import tolerates
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
NAME = "NodeUnschedulable"
TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse a node whose spec.unschedulable is set."""
    if not node.node.get("spec", {}).get("unschedulable"):
        return ""
    return "" if tolerates(pod["spec"].get("tolerations") or [], TAINT) else "node(s) were unschedulable"
