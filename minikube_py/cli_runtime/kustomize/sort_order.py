"""The order of the output: as it came (fifo), or by kind as kustomize once ordered it (legacy)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.resid import Gvk, ResId
from minikube_py.cli_runtime.kustomize.resmap import ResMap

Object = dict[str, Any]
T = TypeVar("T")

FIRST = (
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
)
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def sort_resources(resources: ResMap, options: Object | None) -> None:
    """Put the resources into the order that a kustomization's sortOptions ask for; None is legacy. Raises KustomizeError."""
    options = options if options is not None else {"order": "legacy"}
    order, lists = options.get("order") or "", options.get("legacySortOptions")
    if order not in ("fifo", "legacy"):
        raise KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if order == "fifo":
        if lists is not None:
            raise KustomizeError(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            )
        return
    if lists is None:
        ranks = rank_kinds(FIRST, LAST)
    else:
        ranks = rank_kinds(lists.get("orderFirst") or (), lists.get("orderLast") or ())
    resources.resources.sort(key=cmp_to_key(lambda one, other: _compare(one.id, other.id, ranks)))


def rank_kinds(first: Sequence[str], last: Sequence[str]) -> dict[str, int]:
    """Return the rank of each kind that is named; the others have rank 0."""
    ranks = {kind: index - len(first) for index, kind in enumerate(first)}
    return ranks | {kind: index + 1 for index, kind in enumerate(last)}


def order_types(items: Iterable[T], type_of: Callable[[T], Gvk]) -> list[T]:
    """Return items in the order of their types."""
    ranks = rank_kinds(FIRST, LAST)
    return sorted(items, key=lambda item: (ranks.get(type_of(item).kind, 0), _type_key(type_of(item))))


def _compare(one: ResId, other: ResId, ranks: dict[str, int]) -> int:
    left, right = ranks.get(one.gvk.kind, 0), ranks.get(other.gvk.kind, 0)
    if left != right:
        return left - right
    if one.gvk != other.gvk:
        order = -1 if _type_key(one.gvk) < _type_key(other.gvk) else 1
        is_core = one.gvk.kind == other.gvk.kind == "Namespace" and not (one.gvk.group and other.gvk.group)
        return -order if is_core else order
    a, b = _name_key(one), _name_key(other)
    return (a > b) - (a < b)


def _type_key(gvk: Gvk) -> str:
    return "_".join(part or missing for part, missing in zip(gvk, ("~G", "~V", "~K"), strict=True))


def _name_key(wanted: ResId) -> str:
    return "|".join((str(wanted.gvk), wanted.namespace or "~X", wanted.name or "~N"))
