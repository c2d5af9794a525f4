"""The last check before a pod runs on a node: does it fit. A pod that does not is Failed, not Pending.

https://kubernetes.io/docs/concepts/scheduling-eviction/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from minikube_py.apimachinery.quantity import ZERO, Quantity, new_quantity, parse_quantity
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.quantities import Amounts, sum_requests
from minikube_py.kubelet.status import TERMINAL_PHASES


class Rejection(NamedTuple):
    """Why a node refuses a pod. The status' message begins with `Pod was rejected: `."""

    reason: str
    message: str


def admit(pod: Object, node: Object, others: Iterable[Object]) -> Rejection | None:
    """Return why `node` cannot take `pod` beside the `others` that are on it, None where it can."""
    if not matches_node_selector(pod, node):
        return Rejection("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector")
    allocatable = node.get("status", {}).get("allocatable") or {}
    running = [o for o in others if o.get("status", {}).get("phase") not in TERMINAL_PHASES]
    wanted = {**sum_requests(pod), "pods": new_quantity(1)}
    used: Amounts = {"pods": new_quantity(len(running))}
    if len(wanted) > 1:
        for other in running:
            for name, value in sum_requests(other).items():
                used[name] = used.get(name, ZERO) + value
    for name in ("pods", *sorted(set(wanted) - {"pods"})):
        capacity, taken = parse_quantity(allocatable.get(name, 0)), used.get(name, ZERO)
        if wanted[name] > ZERO and (name in allocatable or name not in _DEFAULTED) and taken + wanted[name] > capacity:
            amounts = ", ".join(f"{label}: {format_amount(name, v)}" for label, v in _label(wanted[name], taken, capacity))
            return Rejection(f"OutOf{name}", f"Node didn't have enough resource: {name}, {amounts}")
    return None


_DEFAULTED = ("cpu", "memory", "ephemeral-storage", "pods")
"""Resources that a node which has not reported them yet is not held to lack."""


def _label(wanted: Quantity, taken: Quantity, capacity: Quantity) -> tuple[tuple[str, Quantity], ...]:
    return (("requested", wanted), ("used", taken), ("capacity", capacity))


def format_amount(name: str, value: Quantity) -> int:
    """Return an amount of a resource as messages about nodes tell it: cpu in thousandths."""
    return value.milli_value() if name == "cpu" else value.value()


def matches_node_selector(pod: Object, node: Object) -> bool:
    """Tell whether a node has what a pod's nodeSelector and required node affinity ask for."""
    labels = node.get("metadata", {}).get("labels") or {}
    selector = pod["spec"].get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in selector.items()):
        return False
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    fields = {"metadata.name": node["metadata"]["name"]}
    return any(_matches_term(term, labels, fields) for term in required.get("nodeSelectorTerms") or ())


def _matches_term(term: Object, labels: dict[str, str], fields: dict[str, str]) -> bool:
    expressions, names = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not names:
        return False
    return all(_matches(e, labels) for e in expressions) and all(_matches(e, fields) for e in names)


def _matches(expression: Object, labels: dict[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values") or []
    operator = expression["operator"]
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    if operator == "NotIn":
        return value not in values
    if value is None:
        return False
    if operator == "In":
        return value in values
    try:
        number, bound = int(value), int(values[0])
    except (ValueError, IndexError):
        return False
    return number > bound if operator == "Gt" else number < bound
