"""NodeAffinity: nodeSelector and node affinity, required and preferred.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
NAME = "NodeAffinity"
WEIGHT = 2
REASON = "node(s) didn't match Pod's node affinity/selector"


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes that the selector or the required terms do not match."""
    return "" if matches_node(pod["spec"], node.node) else REASON


def matches_node(spec: Object, node: Object) -> bool:
    """Return whether a pod's nodeSelector and required node affinity let it run on a node."""
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = _affinity(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(matches_term(t, node) for t in required.get("nodeSelectorTerms") or ())


def score(pod: Object, node: NodeInfo, state: object) -> int:
    """Prefer nodes by the weights of the preferred terms that they match."""
    preferred = _affinity(pod["spec"]).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    total = sum(t["weight"] for t in preferred)
    won = sum(t["weight"] for t in preferred if matches_term(t["preference"], node.node))
    return MAX_SCORE * won // total if total else 0


def _affinity(spec: Object) -> Object:
    return (spec.get("affinity") or {}).get("nodeAffinity") or {}


def matches_term(term: Object, node: Object) -> bool:
    """Return whether a node matches all of a term; an empty term matches nothing."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    labels = node["metadata"].get("labels") or {}
    return all(_matches(e, labels.get(e["key"])) for e in expressions) and all(
        _matches(f, node["metadata"]["name"]) for f in fields
    )


def _matches(requirement: Object, value: str | None) -> bool:
    operator, values = requirement["operator"], requirement.get("values") or []
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    try:
        return value is not None and (int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0]))
    except ValueError:
        return False
