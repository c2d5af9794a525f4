"""InterPodAffinity: pods go near those they need to be near, and keep away from those they, or these, do not want.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.affinity_terms import REQUIRED, Subject, Term, read_subject, read_terms
from minikube_py.scheduler.cache import AFFINITY, PODS
from minikube_py.scheduler.event import NODE, POD, WAITING, Event
from minikube_py.scheduler.framework import NodeInfo
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
Domain = tuple[str, str]  # a label's key and value
NAME = "InterPodAffinity"
SCOPE = "cluster"
FAR = "node(s) didn't match pod affinity rules"
NEAR = "node(s) didn't match pod anti-affinity rules"
UNWELCOME = "node(s) didn't satisfy existing pods anti-affinity rules"
RESOLVABLE = frozenset((NEAR, UNWELCOME))


class Rule(NamedTuple):
    """The pod, and the terms it requires."""

    subject: Subject
    affinity: tuple[Term, ...]
    anti_affinity: tuple[Term, ...]


class State(NamedTuple):
    """A rule, and how many pods there are in each domain that the pod likes, dislikes, or that dislike it."""

    rule: Rule
    liked: dict[Domain, int]
    disliked: dict[Domain, int]
    unwelcome: dict[Domain, int]


def prepare(pod: Object, context: Context | None) -> Rule:
    """Read what the pod requires."""
    affinity, anti = (
        tuple(t.name_namespaces(context) for t in read_terms(pod, rules, REQUIRED))
        for rules in ("podAffinity", "podAntiAffinity")
    )
    return Rule(read_subject(pod, context), affinity, anti)


def list_repelling(pod: Object) -> list[Term]:
    """Return which pods a pod does not want near it."""
    return read_terms(pod, "podAntiAffinity", REQUIRED)


def count(node: NodeInfo, rule: Rule) -> Counter[tuple[str, str, str]]:
    """Count the pods of a node that matter: by what they are to the pod, and by domain."""
    counts: Counter[tuple[str, str, str]] = Counter()
    if repelling := node.gather(list_repelling):
        _add(counts, "unwelcome", (t for t in repelling if t.matches(rule.subject)), node)
    if rule.affinity or rule.anti_affinity:
        for other in node.pods:
            if rule.affinity and all(t.matches_pod(other) for t in rule.affinity):
                _add(counts, "liked", rule.affinity, node)
            _add(counts, "disliked", (t for t in rule.anti_affinity if t.matches_pod(other)), node)
    return counts


def choose_journal(rule: Rule) -> str:
    """Count nodes again for all their pods, or, for a pod that requires nothing, for those that might not want it."""
    return PODS if rule.affinity or rule.anti_affinity else AFFINITY


def _add(counts: Counter[tuple[str, str, str]], what: str, terms: Iterable[Term], node: NodeInfo) -> None:
    for term in terms:
        if (value := node.labels.get(term.key)) is not None:
            counts[what, term.key, value] += 1


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> State | None:
    """Return the counts by what they are about; None where nobody cares."""
    if not rule.affinity and not totals:
        return None
    by_what: dict[str, dict[Domain, int]] = {"liked": {}, "disliked": {}, "unwelcome": {}}
    for (what, key, value), number in totals.items():
        by_what[what][key, value] = number
    return State(rule, by_what["liked"], by_what["disliked"], by_what["unwelcome"])


def filter(pod: Object, node: NodeInfo, state: State) -> str:
    """Refuse nodes in whose domains pods are missing, or are in the way."""
    if state.rule.affinity and not _is_near(node, state):
        return FAR
    if state.disliked and any(domain in state.disliked for domain in _domains(state.rule.anti_affinity, node)):
        return NEAR
    if state.unwelcome and any(domain in state.unwelcome for domain in node.labels.items()):
        return UNWELCOME
    return ""


def _domains(terms: Iterable[Term], node: NodeInfo) -> Iterator[Domain]:
    return ((t.key, node.labels[t.key]) for t in terms if t.key in node.labels)


def _is_near(node: NodeInfo, state: State) -> bool:
    terms = state.rule.affinity
    if not all(t.key in node.labels for t in terms):
        return False
    if all(domain in state.liked for domain in _domains(terms, node)):
        return True
    return not state.liked and all(t.matches(state.rule.subject) for t in terms)  # the first of its kind may begin anywhere


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a wanted pod came, an unwanted one went, or a node came or was labelled."""
    if event.what == NODE:
        before = ((event.before or {}).get("metadata") or {}).get("labels")
        return event.after is not None and before != event.after["metadata"].get("labels")
    if event.what == WAITING:
        return True
    if event.what != POD:
        return False
    wanted, unwanted = read_terms(pod, "podAffinity", REQUIRED), list_repelling(pod)
    if event.after is not None and any(_concerns(t, event.after) for t in wanted):
        return event.before is None or event.before["metadata"].get("labels") != event.after["metadata"].get("labels")
    if event.before is None:
        return False
    relabelled = event.after is not None and event.before["metadata"].get("labels") != event.after["metadata"].get("labels")
    repelling = any(_concerns(t, pod) for t in list_repelling(event.before))
    return (event.is_gone or relabelled) and (repelling or any(_concerns(t, event.before) for t in unwanted))


def _concerns(term: Term, pod: Object) -> bool:
    """Return whether a term may be about a pod; whose namespace it looks at by labels is left open."""
    named = term.namespace_selector.matches_nothing
    return term.matches_pod(pod) if named else term.selector.matches(pod["metadata"].get("labels"))
