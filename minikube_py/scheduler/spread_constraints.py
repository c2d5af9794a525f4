"""Topology spread constraints, read: which pods and which nodes each is about.

https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import Selector, selector_from_object
from minikube_py.apimachinery.node_affinity import matches_node, node_affinity_of
from minikube_py.apimachinery.tolerations import find_untolerated
from minikube_py.scheduler.node_info import NodeInfo

Object = dict[str, Any]
HOSTNAME = "kubernetes.io/hostname"


class Constraint(NamedTuple):
    """A constraint of a pod, its selector read; which nodes count is the pod's affinity and tolerations' affair."""

    max_skew: int
    key: str
    selector: Selector
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


class Choice:
    """What a pod says of nodes: selector, affinity, tolerations. Two that say the same are the same."""

    __slots__ = ("_key", "_spec", "picks")

    def __init__(self, spec: Object) -> None:
        self._spec = spec
        self.picks = bool(spec.get("nodeSelector") or node_affinity_of(spec))
        self._key = repr((spec.get("nodeSelector"), node_affinity_of(spec), spec.get("tolerations")))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def includes(self, node: NodeInfo, constraint: Constraint) -> bool:
        """Return whether a node counts for a constraint."""
        if constraint.honors_affinity and self.picks and not matches_node(self._spec, node.node):
            return False
        if not constraint.honors_taints:
            return True
        taints = (node.node.get("spec") or {}).get("taints") or ()
        return find_untolerated(taints, self._spec.get("tolerations") or [], ("NoSchedule", "NoExecute")) is None


def list_constraints(pod: Object, action: str) -> tuple[Constraint, ...]:
    """Return a pod's constraints of whenUnsatisfiable `action`."""
    given = pod["spec"].get("topologySpreadConstraints") or ()
    return tuple(_read(c, pod["metadata"].get("labels") or {}) for c in given if c["whenUnsatisfiable"] == action)


def _read(constraint: Object, labels: dict[str, str]) -> Constraint:
    selector = constraint.get("labelSelector")
    keys = [key for key in constraint.get("matchLabelKeys") or () if key in labels]
    if keys and selector is not None:
        expressions = [{"key": key, "operator": "In", "values": [labels[key]]} for key in keys]
        selector = {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *expressions]}
    return Constraint(
        constraint["maxSkew"],
        constraint["topologyKey"],
        selector_from_object(selector),
        constraint.get("minDomains") or 1,
        constraint.get("nodeAffinityPolicy") != "Ignore",
        constraint.get("nodeTaintsPolicy") == "Honor",
    )
