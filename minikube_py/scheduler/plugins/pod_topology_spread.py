"""PodTopologySpread: pods that are alike spread over nodes, zones and whatever else labels tell apart.

https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.event import NODE, POD, WAITING, Event
from minikube_py.scheduler.framework import NodeInfo
from minikube_py.scheduler.spread_constraints import Choice, Constraint, list_constraints
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
NAME = "PodTopologySpread"
SCOPE = "cluster"
SKEWED = "node(s) didn't match pod topology spread constraints"
NO_LABEL = SKEWED + " (missing required label)"
RESOLVABLE = frozenset((SKEWED,))
NODES, PODS = "nodes", "pods"


class Rule(NamedTuple):
    """The hard constraints, and which pods and nodes they are about; `one_more`: how many the pod itself adds to each."""

    namespace: str
    choice: Choice
    constraints: tuple[Constraint, ...]
    one_more: tuple[bool, ...]


class State(NamedTuple):
    """How many pods match each constraint in every domain, and the most that one may have for the pod to come."""

    counts: Totals
    most: list[tuple[str, int]]


def prepare(pod: Object, context: Context | None) -> Rule | None:
    """Read the pod's hard constraints; None where it has none."""
    constraints = list_constraints(pod, "DoNotSchedule")
    if not constraints:
        return None
    metadata = pod["metadata"]
    one_more = tuple(c.selector.matches(metadata.get("labels")) for c in constraints)
    return Rule(metadata["namespace"], Choice(pod["spec"]), constraints, one_more)


def count(node: NodeInfo, rule: Rule) -> dict[tuple[str, int, str], int]:
    """Count a node and its pods for the domain it is in, by constraint. Nodes that lack a label of any count for none."""
    if not all(c.key in node.labels for c in rule.constraints):
        return {}
    counts = {}
    for index, constraint in enumerate(rule.constraints):
        if rule.choice.includes(node, constraint):
            value = node.labels[constraint.key]
            counts[NODES, index, value] = 1
            counts[PODS, index, value] = node.count_matching(constraint.selector, rule.namespace)
    return counts


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> State:
    """Find the emptiest domains; where there are fewer domains than wanted, one that is not there is the emptiest."""
    domains: list[list[int]] = [[] for _ in rule.constraints]
    for what, index, value in totals:
        if what == NODES:
            domains[index].append(totals.get((PODS, index, value), 0))
    most = []
    for constraint, pods, one_more in zip(rule.constraints, domains, rule.one_more, strict=True):
        least = min(pods, default=0) if len(pods) >= constraint.min_domains else 0
        most.append((constraint.key, least + constraint.max_skew - one_more))
    return State(totals, most)


def filter(pod: Object, node: NodeInfo, state: State) -> str:
    """Refuse nodes where one more pod would be too many in comparison with the emptiest domain."""
    for index, (key, most) in enumerate(state.most):
        value = node.labels.get(key)
        if value is None:
            return NO_LABEL
        if state.counts.get((PODS, index, value), 0) > most:
            return SKEWED
    return ""


def wakes(pod: Object, event: Event) -> bool:
    """Return whether nodes came, went or were labelled anew, or a pod that counts did."""
    if event.what == WAITING:
        return True
    if event.what not in (NODE, POD):
        return False
    before, after = (_look(obj) for obj in (event.before, event.after))
    if before == after:
        return False
    constraints = list_constraints(pod, "DoNotSchedule")
    if event.what == NODE:
        return any(all(c.key in labels for c in constraints) for labels, *_ in (before, after) if labels is not None)
    return any(
        labels is not None
        and namespace == pod["metadata"]["namespace"]
        and any(c.selector.matches(labels) for c in constraints)
        for labels, namespace, _ in (before, after)
    )


def _look(obj: Object | None) -> tuple[dict[str, str] | None, str, Any]:
    if obj is None:
        return None, "", None
    metadata = obj["metadata"]
    return metadata.get("labels") or {}, metadata.get("namespace", ""), (obj.get("spec") or {}).get("taints")
