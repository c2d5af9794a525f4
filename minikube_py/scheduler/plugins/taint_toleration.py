"""TaintToleration: nodes repel pods that do not tolerate their taints; PreferNoSchedule only counts against them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.tolerations import find_untolerated, tolerates
from minikube_py.scheduler.event import NODE, WAITING, Event
from minikube_py.scheduler.framework import NodeInfo, scale_scores

Object = dict[str, Any]
NAME = "TaintToleration"
SCOPE = "node"
WEIGHT = 3


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes with a NoSchedule or NoExecute taint that the pod does not tolerate."""
    taint = _find_untolerated(pod, node.node)
    return "" if taint is None else f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value') or ''}}}"


def _find_untolerated(pod: Object, node: Object) -> Object | None:
    taints = (node.get("spec") or {}).get("taints") or ()
    return find_untolerated(taints, pod["spec"].get("tolerations") or [], ("NoSchedule", "NoExecute"))


def score(pod: Object, node: NodeInfo, state: object) -> int:
    """Return how many PreferNoSchedule taints the pod does not tolerate."""
    taints = node.node.get("spec", {}).get("taints") or ()
    tolerations = pod["spec"].get("tolerations") or []
    return sum(t.get("effect") == "PreferNoSchedule" and not tolerates(tolerations, t) for t in taints)


def normalize(scores: list[int], state: object) -> list[int]:
    """Prefer nodes with few of them."""
    return scale_scores(scores, reverse=True)


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a node came or lost taints so that the pod tolerates the rest, or the pod may tolerate more."""
    if event.what != NODE:
        return event.what == WAITING
    was_tolerated = event.before is not None and _find_untolerated(pod, event.before) is None
    return event.after is not None and not was_tolerated and _find_untolerated(pod, event.after) is None
