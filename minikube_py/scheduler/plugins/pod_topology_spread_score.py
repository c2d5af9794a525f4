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
    """A rule, how many pods match in each domain (hosts by their nodes' names), and the domains of the nodes in question."""

    rule: Rule
    counts: Totals
    domains: list[list[str | None]]


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
    if not node.pods:
        return {}
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
    """Find the domains that the nodes are in."""
    return State(rule, totals, [_list_domains(nodes, c.key) for c in rule.constraints])


def _list_domains(nodes: list[NodeInfo], key: str) -> list[str | None]:
    return [n.host for n in nodes] if key == HOSTNAME else [n.labels.get(key) for n in nodes]


def score_all(pod: Object, nodes: list[NodeInfo], state: State) -> list[int]:
    """Return what is on each node and in its domains; `normalize` prefers little. -1: the node is left out."""
    rule = state.rule
    left_out = {index for index, node in enumerate(nodes) if not _is_shown(node, rule)} if rule.own else set()
    columns = [_score_by_constraint(index, nodes, left_out, state) for index in range(len(rule.constraints))]
    if len(columns) == 2:
        scores = [int(a + b + 0.5) for a, b in zip(*columns, strict=True)]
    else:
        scores = [int(sum(each) + 0.5) for each in zip(*columns, strict=True)]
    for index in left_out:
        scores[index] = -1
    return scores


def _score_by_constraint(index: int, nodes: list[NodeInfo], left_out: set[int], state: State) -> list[float]:
    get, domains, constraint = state.counts.get, state.domains[index], state.rule.constraints[index]
    skew = constraint.max_skew - 1
    if constraint.key == HOSTNAME:
        weight = math.log(len(nodes) - len(left_out) + 2)
        pairs = zip(nodes, domains, strict=True)
        return [get((index, node.name), 0) * weight + skew if domain is not None else 0.0 for node, domain in pairs]
    shown = {domain for place, domain in enumerate(domains) if place not in left_out} if left_out else set(domains)
    weight = math.log(len(shown) + 2)
    worth = {d: get((index, d), 0) * weight + skew if d is not None else 0.0 for d in set(domains)}
    return [worth[domain] for domain in domains]


def normalize(scores: list[int], state: object) -> list[int]:
    """Give the emptiest node 100."""
    least, most = min((s for s in set(scores) if s >= 0), default=0), max(scores)
    normal = {s: MAX_SCORE * (most + least - s) // most if most else MAX_SCORE for s in set(scores)}
    normal[-1] = 0
    return [normal[s] for s in scores]
