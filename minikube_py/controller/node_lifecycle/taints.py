"""Which taints a node's state asks for. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
Taint = tuple[str, str]  # key, effect
PREFIX = "node.kubernetes.io/"
UNSCHEDULABLE = PREFIX + "unschedulable"
NOT_READY = PREFIX + "not-ready"
UNREACHABLE = PREFIX + "unreachable"
_OF_CONDITIONS = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): PREFIX + "memory-pressure",
    ("DiskPressure", "True"): PREFIX + "disk-pressure",
    ("NetworkUnavailable", "True"): PREFIX + "network-unavailable",
    ("PIDPressure", "True"): PREFIX + "pid-pressure",
}
_EVICTING = (NOT_READY, UNREACHABLE)
_KEPT: set[Taint] = {(key, "NoSchedule") for key in (*_OF_CONDITIONS.values(), UNSCHEDULABLE)} | {
    (key, "NoExecute") for key in _EVICTING
}


def list_wanted(node: Object) -> list[Taint]:
    """Return the taints that a node's conditions and spec.unschedulable ask for."""
    conditions = (node.get("status") or {}).get("conditions") or ()
    keys = [_OF_CONDITIONS[pair] for c in conditions if (pair := (c["type"], c["status"])) in _OF_CONDITIONS]
    if (node.get("spec") or {}).get("unschedulable"):
        keys.append(UNSCHEDULABLE)
    ready = find_condition(conditions, "Ready")
    evicting = _OF_CONDITIONS.get(("Ready", ready["status"])) if ready is not None else None
    return [*((key, "NoSchedule") for key in keys), *([(evicting, "NoExecute")] if evicting else [])]


def is_evicting(taint: Taint) -> bool:
    """Return whether a taint drives pods away because a node is lost."""
    return taint[0] in _EVICTING and taint[1] == "NoExecute"


def update_taints(taints: Iterable[Object], wanted: list[Taint], now: float) -> list[Object]:
    """Return a node's taints with those that its state asks for, and none that it no longer asks for."""
    kept = [taint for taint in taints if _name(taint) not in _KEPT or _name(taint) in wanted]
    known = {_name(taint) for taint in kept}
    added = [
        {"key": key, "effect": effect, "timeAdded": format_rfc3339(now)} for key, effect in wanted if (key, effect) not in known
    ]
    return [*kept, *added]


def _name(taint: Object) -> Taint:
    return taint["key"], taint.get("effect", "")
