"""NodeName: a pod that names its node goes nowhere else."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
NAME = "NodeName"


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes of another name."""
    wanted = pod["spec"].get("nodeName")
    return "" if not wanted or wanted == node.name else "node(s) didn't match the requested node name"
