"""How important a pod is among others.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def priority_of(pod: Object) -> int:
    """Return a pod's priority."""
    return int(pod["spec"].get("priority") or 0)


def started_at(pod: Object) -> str:
    """Return when a pod started; one that has not sorts as the last."""
    return (pod.get("status") or {}).get("startTime") or "9999"
