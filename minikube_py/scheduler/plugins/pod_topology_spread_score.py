"""PodTopologySpread's scores: nodes and zones with few pods of the same kind are better. Workloads and services spread unasked.

https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.default_selector import default_selector
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.spread_constraints import HOSTNAME, Choice, Constraint, list_constraints
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
NAME = "PodTopologySpread"
SCOPE = "cluster"
WEIGHT = 2
DEFAULTS = ((3, HOSTNAME), (5, "topology.kubernetes.io/zone"))  # for pods of a workload or service that say nothing


class Rule(NamedTuple):
    """The soft constraints, and which pods and nodes they are about; `own`: the pod's, so only nodes with all labels count."""

    namespace: str
    choice: Choice
    constraints: tuple[Constraint, ...]
    own: bool


class State(NamedTuple):
    """A rule, how many pods match in each domain (hosts by their nodes' names), and what a pod weighs in it."""

    rule: Rule
    counts: Totals
    weights: list[float]


def prepare(pod: Object, context: Context) -> Rule | None:
    """Read the pod's soft constraints, or those that every workload has; None where there are none."""
    own = bool(pod["spec"].get("topologySpreadConstraints"))
    constraints = list_constraints(pod, "ScheduleAnyway") if own else _list_defaults(pod, context)
    return Rule(pod["metadata"]["namespace"], Choice(pod["spec"]), constraints, own) if constraints else None


def _list_defaults(pod: Object, context: Context) -> tuple[Constraint, ...]:
    selector = default_selector(pod, context)
    return () if selector.is_empty() else tuple(Constraint(skew, key, selector) for skew, key in DEFAULTS)


def count(node: NodeInfo, rule: Rule) -> dict[tuple[int, str], int]:
    """Count a node's pods for the domain it is in, by constraint."""
    counts = {}
    shown = _is_shown(node, rule)
    for index, constraint in enumerate(rule.constraints):
        value = node.name if constraint.key == HOSTNAME else node.labels.get(constraint.key)
        if value is None or (constraint.key != HOSTNAME and not (shown and rule.choice.includes(node, constraint))):
            continue
        if number := node.count_matching(constraint.selector, rule.namespace):
            counts[index, value] = number
    return counts


def _is_shown(node: NodeInfo, rule: Rule) -> bool:
    return not rule.own or all(c.key in node.labels for c in rule.constraints)


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> State:
    """Weigh the constraints: one over many domains weighs more."""
    shown = [n for n in nodes if _is_shown(n, rule)] if rule.own else nodes
    sizes = [len(shown) if c.key == HOSTNAME else len({n.labels.get(c.key) for n in shown}) for c in rule.constraints]
    return State(rule, totals, [math.log(size + 2) for size in sizes])


def score_all(pod: Object, nodes: list[NodeInfo], state: State) -> list[int]:
    """Return what is on each node and in its domains; `normalize` prefers little. -1: the node is left out."""
    scores = [0.0] * len(nodes)
    for index, (constraint, weight) in enumerate(zip(state.rule.constraints, state.weights, strict=True)):
        each = _score_by_host if constraint.key == HOSTNAME else _score_by_domain
        more = each(index, constraint, weight, nodes, state.counts)
        scores = [a + b for a, b in zip(scores, more, strict=True)]
    if not state.rule.own:
        return [int(score + 0.5) for score in scores]
    return [int(score + 0.5) if _is_shown(node, state.rule) else -1 for node, score in zip(nodes, scores, strict=True)]


def _score_by_host(index: int, constraint: Constraint, weight: float, nodes: list[NodeInfo], counts: Totals) -> list[float]:
    get, skew = counts.get, constraint.max_skew - 1
    return [get((index, n.name), 0) * weight + skew if HOSTNAME in n.labels else 0.0 for n in nodes]


def _score_by_domain(index: int, constraint: Constraint, weight: float, nodes: list[NodeInfo], counts: Totals) -> list[float]:
    key, skew = constraint.key, constraint.max_skew - 1
    values = [node.labels.get(key) for node in nodes]
    worth = {v: counts.get((index, v), 0) * weight + skew if v is not None else 0.0 for v in set(values)}
    return [worth[value] for value in values]


def normalize(scores: list[int], state: object) -> list[int]:
    """Give the emptiest node 100."""
    counted = [s for s in scores if s >= 0]
    least, most = min(counted, default=0), max(counted, default=0)
    if not most:
        return [0 if s < 0 else MAX_SCORE for s in scores]
    return [0 if s < 0 else MAX_SCORE * (most + least - s) // most for s in scores]
