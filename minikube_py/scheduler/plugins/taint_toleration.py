"""TaintToleration: nodes repel pods that do not tolerate their taints; PreferNoSchedule only counts against them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.tolerations import find_untolerated, tolerates
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
NAME = "TaintToleration"
WEIGHT = 3


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes with a NoSchedule or NoExecute taint that the pod does not tolerate."""
    taints = node.node.get("spec", {}).get("taints") or ()
    taint = find_untolerated(taints, pod["spec"].get("tolerations") or [], ("NoSchedule", "NoExecute"))
    return "" if taint is None else f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value') or ''}}}"


def score(pod: Object, node: NodeInfo, state: object) -> int:
    """Prefer nodes with few PreferNoSchedule taints that the pod does not tolerate."""
    tolerations = pod["spec"].get("tolerations") or []
    taints = node.node.get("spec", {}).get("taints") or ()
    bad = sum(t.get("effect") == "PreferNoSchedule" and not tolerates(tolerations, t) for t in taints)
    return MAX_SCORE // (1 + int(bad))
