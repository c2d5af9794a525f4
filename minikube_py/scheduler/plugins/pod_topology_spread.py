"""PodTopologySpread: pods that are alike spread over nodes, zones and whatever else labels tell apart.

https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import Selector, selector_from_object
from minikube_py.apimachinery.node_affinity import matches_node
from minikube_py.apimachinery.tolerations import find_untolerated
from minikube_py.client.reconcile import Context
from minikube_py.scheduler.default_selector import default_selector
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
NAME = "PodTopologySpread"
WEIGHT = 2
SKEWED = "node(s) didn't match pod topology spread constraints"
NO_LABEL = SKEWED + " (missing required label)"
RESOLVABLE = frozenset((SKEWED,))
HOSTNAME = "kubernetes.io/hostname"
DEFAULTS = ((3, HOSTNAME), (5, "topology.kubernetes.io/zone"))  # for pods of a workload or service that say nothing


class Constraint(NamedTuple):
    """A constraint of a pod, its selector read; which nodes count is the pod's affinity and tolerations' affair."""

    max_skew: int
    key: str
    selector: Selector
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


class FilterState(NamedTuple):
    """The hard constraints, and how many pods match each in every domain that counts."""

    namespace: str
    constraints: list[Constraint]
    counts: list[dict[str, int]]


class ScoreState(NamedTuple):
    """The soft constraints, pods in each domain of theirs, what a pod in it weighs, and the nodes that are left out."""

    namespace: str
    constraints: list[Constraint]
    counts: list[dict[str, int]]
    weights: list[float]
    ignored: set[str]


def pre_filter(pod: Object, nodes: list[NodeInfo], context: Context | None) -> FilterState | None:
    """Return how the pods stand that the pod's hard constraints are about; None where it has none."""
    constraints = list_constraints(pod, "DoNotSchedule")
    if not constraints:
        return None
    namespace = pod["metadata"]["namespace"]
    counts: list[dict[str, int]] = [{} for _ in constraints]
    for node in nodes:
        if not all(c.key in node.labels for c in constraints):
            continue
        for constraint, domains in zip(constraints, counts, strict=True):
            if _counts(pod, node, constraint):
                value = node.labels[constraint.key]
                domains[value] = domains.get(value, 0) + node.count_matching(constraint.selector, namespace)
    return FilterState(namespace, constraints, counts)


def filter(pod: Object, node: NodeInfo, state: FilterState | None) -> str:
    """Refuse nodes where one more pod would be too many in comparison with the emptiest domain."""
    for constraint, domains in zip(state.constraints, state.counts, strict=True) if state else ():
        value = node.labels.get(constraint.key)
        if value is None:
            return NO_LABEL
        least = min(domains.values(), default=0) if len(domains) >= constraint.min_domains else 0
        one_more = constraint.selector.matches(pod["metadata"].get("labels"))
        if domains.get(value, 0) + one_more - least > constraint.max_skew:
            return SKEWED
    return ""


def pre_score(pod: Object, nodes: list[NodeInfo], fitting: list[NodeInfo], context: Context) -> ScoreState | None:
    """Return how the pods stand that the pod's soft constraints, or those every workload has, are about."""
    own = bool(pod["spec"].get("topologySpreadConstraints"))
    constraints = list_constraints(pod, "ScheduleAnyway") if own else _default_constraints(pod, context)
    if not constraints:
        return None
    namespace = pod["metadata"]["namespace"]
    ignored = {n.name for n in fitting if own and not all(c.key in n.labels for c in constraints)}
    counts: list[dict[str, int]] = []
    for constraint in constraints:
        shown = [n for n in fitting if n.name not in ignored]
        counts.append({n.labels.get(constraint.key, ""): 0 for n in shown} if constraint.key != HOSTNAME else {})
    for node in nodes:
        if own and not all(c.key in node.labels for c in constraints):
            continue
        for constraint, domains in zip(constraints, counts, strict=True):
            value = node.labels.get(constraint.key)
            if value is not None and value in domains and _counts(pod, node, constraint):
                domains[value] += node.count_matching(constraint.selector, namespace)
    sizes = [len(fitting) - len(ignored) if c.key == HOSTNAME else len(d) for c, d in zip(constraints, counts, strict=True)]
    return ScoreState(namespace, constraints, counts, [math.log(size + 2) for size in sizes], ignored)


def score(pod: Object, node: NodeInfo, state: ScoreState) -> int:
    """Return what is on the node and in its domains; `normalize` prefers little. -1: the node is left out."""
    if node.name in state.ignored:
        return -1
    total = 0.0
    for constraint, domains, weight in zip(state.constraints, state.counts, state.weights, strict=True):
        value = node.labels.get(constraint.key)
        if value is None:
            continue
        here = node.count_matching(constraint.selector, state.namespace) if constraint.key == HOSTNAME else domains[value]
        total += here * weight + constraint.max_skew - 1
    return round(total)


def normalize(scores: list[int], state: ScoreState) -> list[int]:
    """Give the emptiest node 100."""
    counted = [s for s in scores if s >= 0]
    least, most = min(counted, default=0), max(counted, default=0)
    return [0 if s < 0 else MAX_SCORE * (most + least - s) // most if most else MAX_SCORE for s in scores]


def list_constraints(pod: Object, action: str) -> list[Constraint]:
    """Return a pod's constraints of whenUnsatisfiable `action`."""
    given = pod["spec"].get("topologySpreadConstraints") or ()
    return [_read(c, pod["metadata"].get("labels") or {}) for c in given if c["whenUnsatisfiable"] == action]


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


def _default_constraints(pod: Object, context: Context) -> list[Constraint]:
    selector = default_selector(pod, context)
    return [] if selector.is_empty() else [Constraint(skew, key, selector) for skew, key in DEFAULTS]


def _counts(pod: Object, node: NodeInfo, constraint: Constraint) -> bool:
    if constraint.honors_affinity and not matches_node(pod["spec"], node.node):
        return False
    if not constraint.honors_taints:
        return True
    taints = (node.node.get("spec") or {}).get("taints") or ()
    return find_untolerated(taints, pod["spec"].get("tolerations") or [], ("NoSchedule", "NoExecute")) is None
