"""Whether a node is still heard of: its lease and the heartbeat of its Ready condition, and what is said of one that fell silent.

https://kubernetes.io/docs/concepts/architecture/nodes/#node-heartbeats
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339

Object = dict[str, Any]
GRACE_SECONDS = 50.0
STARTUP_GRACE_SECONDS = 60.0  # for one that never said that it is ready
LATE_SECONDS = 5.0  # who looks later than that after its time was away itself: the nodes get their time again
_CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")


class Health(NamedTuple):
    """The last sign of life of a node: what it was, and when it was first seen."""

    sign: tuple[str, str]
    seen_at: float


def read_health(node: Object, lease: Object | None, before: Health | None, now: float) -> Health:
    """Return a node's health, with the time of its last sign of life."""
    ready = find_condition((node.get("status") or {}).get("conditions") or (), "Ready")
    renewed = ((lease or {}).get("spec") or {}).get("renewTime") or ""
    sign = (renewed, (ready or {}).get("lastHeartbeatTime") or "")
    if before is not None and before.sign == sign:
        return before
    if before is None:
        silent = ready is None and not renewed
        return Health(sign, parse_rfc3339(node["metadata"]["creationTimestamp"]) if silent else now)
    told_at = max((parse_rfc3339(stamp) for stamp in sign if stamp), default=now)
    return Health(sign, told_at if before.seen_at <= told_at <= now else now)


def due_of(node: Object, health: Health) -> float:
    """Return when a node without a further sign of life counts as lost."""
    ready = find_condition((node.get("status") or {}).get("conditions") or (), "Ready")
    return health.seen_at + (STARTUP_GRACE_SECONDS if ready is None else GRACE_SECONDS)


def tell_lost(node: Object, now: float) -> list[Object] | None:
    """Return the conditions of a node that is not heard of any more, None where they say so already."""
    conditions = list((node.get("status") or {}).get("conditions") or ())
    stamp = format_rfc3339(now)
    changed = False
    for name in _CONDITIONS:
        known = find_condition(conditions, name)
        if known is None:
            made = {
                "type": name,
                "status": "Unknown",
                "lastHeartbeatTime": node["metadata"]["creationTimestamp"],
                "lastTransitionTime": stamp,
                "reason": "NodeStatusNeverUpdated",
                "message": "Kubelet never posted node status.",
            }
            conditions.append(made)
        elif known["status"] != "Unknown":
            made = {**known, "status": "Unknown", "lastTransitionTime": stamp}
            made |= {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
            conditions[conditions.index(known)] = made
        else:
            continue
        changed = True
    return conditions if changed else None
