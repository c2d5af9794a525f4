"""The terms of pod affinity and anti-affinity, read: which pods each is about.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodAffinityTerm
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import NOTHING, Selector, selector_from_object
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import NAMESPACES

Object = dict[str, Any]


class Term(NamedTuple):
    """Pods of some namespaces that a selector chooses, in the same domain of `key`."""

    key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector
    context: Context | None

    def matches(self, pod: Object) -> bool:
        """Return whether a pod is one of those."""
        metadata = pod["metadata"]
        return self._has_namespace(metadata["namespace"]) and self.selector.matches(metadata.get("labels"))

    def _has_namespace(self, name: str) -> bool:
        if name in self.namespaces:
            return True
        if self.namespace_selector.matches_nothing or self.context is None:
            return False
        namespace = self.context.lister(NAMESPACES).get("", name)
        return namespace is not None and self.namespace_selector.matches(namespace["metadata"].get("labels"))


def required_terms(pod: Object, rules: str, context: Context | None) -> list[Term]:
    """Return what a pod's `podAffinity` or `podAntiAffinity` requires."""
    given = ((pod["spec"].get("affinity") or {}).get(rules) or {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    return [_read(term, pod, context) for term in given or ()]


def weighted_terms(pod: Object, rules: str, context: Context | None) -> list[tuple[int, Term]]:
    """Return what a pod's `podAffinity` or `podAntiAffinity` prefers, each with its weight."""
    given = ((pod["spec"].get("affinity") or {}).get(rules) or {}).get("preferredDuringSchedulingIgnoredDuringExecution")
    return [(t["weight"], _read(t["podAffinityTerm"], pod, context)) for t in given or ()]


def _read(term: Object, pod: Object, context: Context | None) -> Term:
    by_labels = term.get("namespaceSelector")
    named = term.get("namespaces") or ([] if by_labels is not None else [pod["metadata"]["namespace"]])
    return Term(
        term["topologyKey"],
        selector_from_object(term.get("labelSelector")),
        frozenset(named),
        NOTHING if by_labels is None else selector_from_object(by_labels),
        context,
    )
