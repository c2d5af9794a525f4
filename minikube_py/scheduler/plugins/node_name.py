"""NodeName: a pod that names its node goes nowhere else."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.event import NODE, Event
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
NAME = "NodeName"
SCOPE = "node"


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes of another name."""
    wanted = pod["spec"].get("nodeName")
    return "" if not wanted or wanted == node.name else "node(s) didn't match the requested node name"


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a node came."""
    return event.what == NODE and event.before is None
