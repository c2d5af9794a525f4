"""Nodes and pods for the tests of plugins that look at other pods."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.node_info import NodeInfo
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]


def make_pod(name: str, labels: dict[str, str] | None = None, namespace: str = "default", **spec: Any) -> Object:
    """Return a pod that asks for nothing."""
    metadata = {"name": name, "namespace": namespace, "uid": name, "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [{"name": "c"}], **spec}}


def make_node(name: str, zone: str = "", *pods: Object, **spec: Any) -> NodeInfo:
    """Return a node of a zone with pods."""
    labels = {"kubernetes.io/hostname": name, **({"zone": zone} if zone else {})}
    status = {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}
    return NodeInfo({"metadata": {"name": name, "labels": labels}, "spec": spec, "status": status}, pods)


def look(plugin: Any, pod: Object, nodes: list[NodeInfo], context: Any = None) -> Any:
    """Return what a plugin needs to judge nodes for a pod; None: it has nothing to say."""
    rule = plugin.prepare(pod, context) if hasattr(plugin, "prepare") else None
    if rule is None or not hasattr(plugin, "count"):
        return rule
    return plugin.sum_up(rule, Totals(plugin, rule, nodes), nodes)


def list_reasons(plugin: Any, pod: Object, nodes: list[NodeInfo]) -> dict[str, str]:
    """Return why each node does not take a pod."""
    state = look(plugin, pod, nodes)
    if state is None and hasattr(plugin, "prepare"):
        return {node.name: "" for node in nodes}
    return {node.name: plugin.filter(pod, node, state) for node in nodes}
