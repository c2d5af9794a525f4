"""Which nodes a pod may go to by its nodeSelector and node affinity.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def matches_node(spec: Object, node: Object) -> bool:
    """Return whether a pod's nodeSelector and required node affinity let it run on a node."""
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = node_affinity_of(spec).get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(matches_term(t, node) for t in required.get("nodeSelectorTerms") or ())


def list_named_nodes(spec: Object) -> set[str] | None:
    """Return the only nodes that the required node affinity names, None where it does not name all it allows."""
    required = node_affinity_of(spec).get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    names: set[str] = set()
    terms = required.get("nodeSelectorTerms") or ()
    for term in terms:
        named = [
            set(field.get("values") or ())
            for field in term.get("matchFields") or ()
            if field["key"] == "metadata.name" and field["operator"] == "In"
        ]
        if not named:
            return None
        names |= set.intersection(*named)
    return names if terms else None


def node_affinity_of(spec: Object) -> Object:
    """Return a pod's node affinity, empty where it has none."""
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
