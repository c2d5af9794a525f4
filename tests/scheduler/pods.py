"""Nodes and pods for the tests of plugins that look at other pods."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.node_info import NodeInfo

Object = dict[str, Any]


def make_pod(name: str, labels: dict[str, str] | None = None, namespace: str = "default", **spec: Any) -> Object:
    """Return a pod that asks for nothing."""
    metadata = {"name": name, "namespace": namespace, "uid": name, "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [{"name": "c"}], **spec}}


def make_node(name: str, zone: str = "", *pods: Object, **spec: Any) -> NodeInfo:
    """Return a node of a zone with pods."""
    labels = {"kubernetes.io/hostname": name, **({"zone": zone} if zone else {})}
    node = {"metadata": {"name": name, "labels": labels}, "spec": spec}
    return NodeInfo(node, [], {"cpu": 4000, "memory": 2**33, "pods": 110}, {}, {}).with_pods(list(pods))
