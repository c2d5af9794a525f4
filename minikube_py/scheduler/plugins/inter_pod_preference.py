"""InterPodAffinity's scores: pods go rather near those they like, or that like them.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.affinity_terms import PREFERRED, REQUIRED, Subject, Term, read_subject, read_terms
from minikube_py.scheduler.cache import AFFINITY, PODS
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
Domain = tuple[str, str]  # a label's key and value
NAME = "InterPodAffinity"
SCOPE = "cluster"
WEIGHT = 2
HARD_WEIGHT = 1  # what a required affinity of a pod that is there counts for those it wants near


class Rule(NamedTuple):
    """The pod, and the terms it prefers; what it shuns weighs less than nothing."""

    subject: Subject
    terms: tuple[Term, ...]


def prepare(pod: Object, context: Context | None) -> Rule:
    """Read what the pod prefers."""
    return Rule(read_subject(pod, context), tuple(t.name_namespaces(context) for t in list_preferences(pod)))


def list_preferences(pod: Object) -> list[Term]:
    """Return what a pod prefers to be near, and with a negative weight what to be far from."""
    shunned = read_terms(pod, "podAntiAffinity", PREFERRED)
    return [*read_terms(pod, "podAffinity", PREFERRED), *(t._replace(weight=-t.weight) for t in shunned)]


def list_likings(pod: Object) -> list[Term]:
    """Return which pods a pod that is there likes to have near, or not to have."""
    needed = read_terms(pod, "podAffinity", REQUIRED)
    return [*(t._replace(weight=HARD_WEIGHT) for t in needed), *list_preferences(pod)]


def count(node: NodeInfo, rule: Rule) -> Counter[Domain]:
    """Return how much the domains of a node are liked for the sake of its pods."""
    liking: Counter[Domain] = Counter()
    for other in node.pods if rule.terms else ():
        _weigh(liking, (t for t in rule.terms if t.matches_pod(other)), node)
    if likings := node.gather(list_likings):
        _weigh(liking, (t for t in likings if t.matches(rule.subject)), node)
    return liking


def choose_journal(rule: Rule) -> str:
    """Count nodes again for all their pods, or, for a pod that prefers nothing, for those that might like it."""
    return PODS if rule.terms else AFFINITY


def _weigh(liking: Counter[Domain], terms: Iterable[Term], node: NodeInfo) -> None:
    for term in terms:
        if (value := node.labels.get(term.key)) is not None:
            liking[term.key, value] += term.weight


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> dict[str, dict[str | None, int]] | None:
    """Return how much each domain is liked, by key and value; None where nobody has a preference."""
    state: dict[str, dict[str | None, int]] = {}
    for (key, value), weight in totals.items():
        if weight:
            state.setdefault(key, {})[value] = weight
    return state or None


def score_all(pod: Object, nodes: list[NodeInfo], state: dict[str, dict[str | None, int]]) -> list[int]:
    """Prefer nodes in domains that are liked."""
    scores = [0] * len(nodes)
    for key, liking in state.items():
        scores = [s + liking.get(n.labels.get(key), 0) for s, n in zip(scores, nodes, strict=True)]
    return scores


def normalize(scores: list[int], state: object) -> list[int]:
    """Give the most liked node 100, the least liked 0."""
    least, most = min(scores), max(scores)
    return [int(MAX_SCORE * (s - least) / (most - least)) if most > least else 0 for s in scores]
