"""InterPodAffinity: pods go near those they want to be near, and keep away from those they, or these, do not want.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.affinity_terms import Term, required_terms, weighted_terms
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
Domain = tuple[str, str]  # a label's key and value
Counts = Counter[Domain]
NAME = "InterPodAffinity"
WEIGHT = 2
HARD_WEIGHT = 1  # what a required affinity of a pod that is there counts for those it wants near
FAR = "node(s) didn't match pod affinity rules"
NEAR = "node(s) didn't match pod anti-affinity rules"
UNWELCOME = "node(s) didn't satisfy existing pods anti-affinity rules"
RESOLVABLE = frozenset((NEAR, UNWELCOME))


class State(NamedTuple):
    """What the pod requires, and where the pods are that this is about. `unwelcome`: where pods are that keep it away."""

    affinity: list[Term]
    anti_affinity: list[Term]
    liked: Counts
    disliked: Counts
    unwelcome: Counts


def pre_filter(pod: Object, nodes: list[NodeInfo], context: Context | None) -> State | None:
    """Return where the pods are that the pod needs, or shuns, or that shun it; None where nobody cares."""
    affinity, anti = required_terms(pod, "podAffinity", context), required_terms(pod, "podAntiAffinity", context)
    liked, disliked, unwelcome = Counter[Domain](), Counter[Domain](), Counter[Domain]()
    for node in nodes:
        for other in node.list_affine("podAntiAffinity"):
            _count(unwelcome, [t for t in required_terms(other, "podAntiAffinity", context) if t.matches(pod)], node)
        if not affinity and not anti:
            continue
        for other in node.pods:
            if affinity and all(t.matches(other) for t in affinity):
                _count(liked, affinity, node)
            _count(disliked, [t for t in anti if t.matches(other)], node)
    if not affinity and not anti and not unwelcome:
        return None
    return State(affinity, anti, liked, disliked, unwelcome)


def _count(counts: Counts, terms: list[Term], node: NodeInfo) -> None:
    for term in terms:
        if (value := node.labels.get(term.key)) is not None:
            counts[term.key, value] += 1


def filter(pod: Object, node: NodeInfo, state: State | None) -> str:
    """Refuse nodes in whose domains pods are missing, or are in the way."""
    if state is None:
        return ""
    if not _is_near(pod, node, state):
        return FAR
    if any(state.disliked[domain] for domain in _domains(state.anti_affinity, node)):
        return NEAR
    if any(state.unwelcome[domain] for domain in node.labels.items()):
        return UNWELCOME
    return ""


def _domains(terms: list[Term], node: NodeInfo) -> Iterator[Domain]:
    return ((t.key, node.labels[t.key]) for t in terms if t.key in node.labels)


def _is_near(pod: Object, node: NodeInfo, state: State) -> bool:
    if not all(t.key in node.labels for t in state.affinity):
        return False
    if all(state.liked[domain] for domain in _domains(state.affinity, node)):
        return True
    return not state.liked and all(t.matches(pod) for t in state.affinity)  # the first of its kind may begin anywhere


def pre_score(pod: Object, nodes: list[NodeInfo], fitting: list[NodeInfo], context: Context | None) -> Counts | None:
    """Return how much each domain is liked, by the pod and by those that are there; None where nobody has a preference."""
    likes = [(w, t) for w, t in weighted_terms(pod, "podAffinity", context)]
    likes += [(-w, t) for w, t in weighted_terms(pod, "podAntiAffinity", context)]
    liking = Counter[Domain]()
    for node in nodes:
        for other in node.pods if likes else ():
            for weight, term in likes:
                if term.matches(other):
                    _weigh(liking, term, weight, node)
        for weight, term in _list_likings(node, context):
            if term.matches(pod):
                _weigh(liking, term, weight, node)
    return liking if any(liking.values()) else None


def _list_likings(node: NodeInfo, context: Context | None) -> Iterator[tuple[int, Term]]:
    for other in node.list_affine("podAffinity"):
        yield from ((HARD_WEIGHT, t) for t in required_terms(other, "podAffinity", context))
        yield from weighted_terms(other, "podAffinity", context)
    for other in node.list_affine("podAntiAffinity"):
        yield from ((-w, t) for w, t in weighted_terms(other, "podAntiAffinity", context))


def _weigh(liking: Counts, term: Term, weight: int, node: NodeInfo) -> None:
    if (value := node.labels.get(term.key)) is not None:
        liking[term.key, value] += weight


def score(pod: Object, node: NodeInfo, state: Counts) -> int:
    """Prefer nodes in domains that are liked."""
    return sum(state[domain] for domain in node.labels.items() if domain in state)


def normalize(scores: list[int], state: Counts) -> list[int]:
    """Give the most liked node 100, the least liked 0."""
    least, most = min(0, *scores), max(0, *scores)
    return [int(MAX_SCORE * (s - least) / (most - least)) if most > least else 0 for s in scores]
