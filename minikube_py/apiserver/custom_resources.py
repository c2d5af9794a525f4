"""The kinds that CustomResourceDefinitions serve, made from the definitions in the store and kept while those do not change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.unstructured import find_condition, is_condition_true
from minikube_py.apis.kind import Kind
from minikube_py.storage.interface import Key, Query
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"


class CustomResources:
    """Finds kinds by their definitions in `store`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[tuple[str, str], tuple[str, Kind]] = {}  # definition and version -> resourceVersion and kind

    def find(self, group: str, plural: str, version: str = "") -> Kind | None:
        """Return the kind served as `plural` in `group`: as stored, seen through `version` or the preferred one. None: nobody."""
        crd = self._store.get(Key(RESOURCE, "", f"{plural}.{group}"))
        if crd is None or not is_served(crd):
            return None
        served = list_versions(crd)
        name = version or (served[0] if served else "")
        return self._make(crd, name) if name in served else None

    def list_definitions(self) -> Iterator[Object]:
        """Yield the definitions that are served."""
        yield from filter(is_served, self._store.list(Query(RESOURCE)).items)

    def list_kinds(self, *, preferred: bool = False) -> Iterator[Kind]:
        """Yield every kind in each version that is served, as its requests see it; with `preferred` in the first only."""
        for crd in self.list_definitions():
            for version in list_versions(crd)[: 1 if preferred else None]:
                yield self._make(crd, version).asked

    def _make(self, crd: Object, version: str) -> Kind:
        key, revision = (crd["metadata"]["name"], version), crd["metadata"]["resourceVersion"]
        known = self._made.get(key)
        if known is None or known[0] != revision:
            from minikube_py.apis.apiextensions.custom_resource import make_kind

            kind = make_kind(crd, version)
            if kind.stored_as is not None:  # objects are kept in another version, which knows nothing of this one's rules
                stored = kind._replace(version=kind.stored_as[1], stored_as=None)
                kind = stored.seen_through(kind)
            known = self._made[key] = revision, kind
        return known[1]


def is_served(crd: Object) -> bool:
    """Return whether a definition's objects are served: nobody has found its names taken."""
    conditions = (crd.get("status") or {}).get("conditions")
    if is_condition_true(conditions, "Established") or is_condition_true(conditions, "NamesAccepted"):
        return True
    return find_condition(conditions, "NamesAccepted") is None


def list_versions(crd: Object) -> list[str]:
    """Return the versions that are served, by priority."""
    from minikube_py.apis.apiextensions.deprecation import rank_version

    served = [version["name"] for version in crd["spec"]["versions"] if version.get("served")]
    return sorted(served, key=rank_version, reverse=True)
