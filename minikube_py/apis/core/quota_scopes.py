"""Which pods a quota with scopes is about: https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apis.core.pod_qos import compute_qos
from minikube_py.apis.kind import Object


def list_scopes(spec: Object) -> list[Object]:
    """Return the scopes of a ResourceQuotaSpec as requirements: `scopeName`, `operator`, `values`."""
    plain = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    return plain + ((spec.get("scopeSelector") or {}).get("matchExpressions") or [])


def is_in_scope(pod: Object, requirement: Object) -> bool:
    """Return whether a pod lies in one scope; it lies in none that is unknown."""
    spec = pod.get("spec") or {}
    if requirement.get("scopeName") == "PriorityClass":
        return _has_priority(spec, requirement)
    test = _TESTS.get(requirement.get("scopeName", ""))
    return test is not None and test(spec)


def _has_priority(spec: Object, requirement: Object) -> bool:
    name, values = spec.get("priorityClassName") or "", requirement.get("values") or ()
    operator = requirement.get("operator")
    if operator == "In":
        return name in values
    if operator == "NotIn":
        return name not in values
    return bool(name) == (operator == "Exists")


def _is_terminating(spec: Object) -> bool:
    return spec.get("activeDeadlineSeconds") is not None


def _is_best_effort(spec: Object) -> bool:
    return compute_qos(spec) == "BestEffort"


def _has_affinity_elsewhere(spec: Object) -> bool:
    """Return whether a term of the pod's (anti-)affinity looks into other namespaces."""
    affinity = spec.get("affinity") or {}
    for kind in (affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}):
        preferred = kind.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms = [
            *(kind.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
            *(t.get("podAffinityTerm") or {} for t in preferred),
        ]
        if any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms):
            return True
    return False


_TESTS: dict[str, Callable[[Object], bool]] = {
    "Terminating": _is_terminating,
    "NotTerminating": lambda spec: not _is_terminating(spec),
    "BestEffort": _is_best_effort,
    "NotBestEffort": lambda spec: not _is_best_effort(spec),
    "CrossNamespacePodAffinity": _has_affinity_elsewhere,
}
