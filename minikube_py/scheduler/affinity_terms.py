"""The terms of pod affinity and anti-affinity, read: which pods each is about.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodAffinityTerm
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import NOTHING, Selector, selector_from_object
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import NAMESPACES

Object = dict[str, Any]
Labels = tuple[tuple[str, str], ...]
REQUIRED, PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"


class Subject(NamedTuple):
    """What terms look at in a pod: where it is and what it is called; the labels of its namespace, too."""

    namespace: str
    labels: Labels
    namespace_labels: Labels


class Term(NamedTuple):
    """Pods of some namespaces that a selector chooses, in the same domain of `key`; weight 0: required."""

    key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector
    weight: int = 0

    def matches(self, subject: Subject) -> bool:
        """Return whether a pod is one of those."""
        if subject.namespace not in self.namespaces and not self.namespace_selector.matches(dict(subject.namespace_labels)):
            return False
        return self.selector.matches(dict(subject.labels))

    def matches_pod(self, pod: Object) -> bool:
        """Return the same for a term whose namespaces are all named."""
        metadata = pod["metadata"]
        return metadata["namespace"] in self.namespaces and self.selector.matches(metadata.get("labels"))

    def name_namespaces(self, context: Context | None) -> Term:
        """Return the term with the namespaces named that its selector chooses now."""
        if self.namespace_selector.matches_nothing or context is None:
            return self
        names = {
            n["metadata"]["name"]
            for n in context.lister(NAMESPACES).list()
            if self.namespace_selector.matches(n["metadata"].get("labels"))
        }
        return self._replace(namespaces=self.namespaces | names, namespace_selector=NOTHING)


def read_subject(pod: Object, context: Context | None) -> Subject:
    """Return what terms look at in a pod."""
    metadata = pod["metadata"]
    namespace = context.lister(NAMESPACES).get("", metadata["namespace"]) if context is not None else None
    of_namespace = (namespace or {}).get("metadata", {}).get("labels") or {}
    return Subject(metadata["namespace"], tuple((metadata.get("labels") or {}).items()), tuple(of_namespace.items()))


def read_terms(pod: Object, rules: str, strength: str) -> list[Term]:
    """Return what a pod's `podAffinity` or `podAntiAffinity` requires or prefers."""
    given = ((pod["spec"].get("affinity") or {}).get(rules) or {}).get(strength)
    if strength == REQUIRED:
        return [_read(term, pod, 0) for term in given or ()]
    return [_read(t["podAffinityTerm"], pod, t["weight"]) for t in given or ()]


def _read(term: Object, pod: Object, weight: int) -> Term:
    by_labels = term.get("namespaceSelector")
    named = term.get("namespaces") or ([] if by_labels is not None else [pod["metadata"]["namespace"]])
    return Term(
        term["topologyKey"],
        selector_from_object(term.get("labelSelector")),
        frozenset(named),
        NOTHING if by_labels is None else selector_from_object(by_labels),
        weight,
    )
