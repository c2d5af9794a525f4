"""The kinds that CustomResourceDefinitions serve, made from the definitions in the store and kept while those do not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.unstructured import find_condition, is_condition_true
from minikube_py.apis.kind import Kind
from minikube_py.storage.interface import Change, Key, Query
from minikube_py.storage.sqlite import Store

if TYPE_CHECKING:
    from minikube_py.apiserver.converting_store import Converter

Object = dict[str, Any]
RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"


class CustomResources:
    """Finds kinds by their definitions in `store`. `make_converter` makes what does as a definition's spec.conversion says."""

    def __init__(self, store: Store, make_converter: Callable[[Object], Converter] | None = None) -> None:
        self._store = store
        self._make_converter = make_converter
        self._converters: dict[str, tuple[str, Converter]] = {}  # by definition, with its resourceVersion
        self._made: dict[tuple[str, str], tuple[str, Kind]] = {}  # definition and version -> resourceVersion and kind

    def find(self, group: str, plural: str, version: str = "") -> Kind | None:
        """Return the kind served as `plural` in `group`: as stored, seen through `version` or the preferred one. None: nobody."""
        crd = self._store.get(Key(RESOURCE, "", f"{plural}.{group}"))
        if crd is None or not is_served(crd):
            return None
        served = list_versions(crd)
        name = version or (served[0] if served else "")
        return self._make(crd, name) if name in served else None

    def is_outdated(self, kind: Kind) -> bool:
        """Return whether a kind's version is served no more."""
        return kind.custom is not None and self.find(kind.group, kind.plural, kind.asked.version) is None

    def list_definitions(self) -> Iterator[Object]:
        """Yield the definitions that are served."""
        yield from filter(is_served, self._store.list(Query(RESOURCE)).items)

    def list_kinds(self, *, preferred: bool = False) -> Iterator[Kind]:
        """Yield every kind in each version that is served, as its requests see it; with `preferred` in the first only."""
        for crd in self.list_definitions():
            for version in list_versions(crd)[: 1 if preferred else None]:
                yield self._make(crd, version).asked

    def _make_converted(self, crd: Object, kind: Kind) -> Kind:
        """Return a version's kind as one that is no view of another; what converts objects is made for the definition as it is."""
        converter = self.find_converter(crd)
        assert kind.custom is not None
        from_stored = partial(converter.convert_one, api_version=kind.api_version)
        return kind._replace(stored_as=None, from_stored=from_stored, custom=kind.custom._replace(converted=True))

    def find_converter(self, crd: Object) -> Converter:
        """Return what converts the objects of a definition."""
        name, revision = crd["metadata"]["name"], crd["metadata"]["resourceVersion"]
        known = self._converters.get(name)
        if known is None or known[0] != revision:
            assert self._make_converter is not None
            known = self._converters[name] = revision, self._make_converter(crd["spec"].get("conversion") or {})
        return known[1]

    def find_converter_of(self, kind: Kind) -> Converter:
        """Return what converts the objects of a kind whose definition is there."""
        crd = self._store.get(Key(RESOURCE, "", f"{kind.plural}.{kind.group}"))
        assert crd is not None
        return self.find_converter(crd)

    def wrap(self, kind: Kind, store: Any) -> Any:
        """Return a store that holds the objects of a converted kind in its version; `store` itself where there is no definition."""
        from minikube_py.apis.apiextensions.custom_resource import storage_version
        from minikube_py.apiserver.converting_store import ConvertingStore

        crd = self._store.get(Key(RESOURCE, "", f"{kind.plural}.{kind.group}"))
        if crd is None:
            return store
        return ConvertingStore(store, kind, f"{kind.group}/{storage_version(crd)}", self.find_converter(crd))

    def _make(self, crd: Object, version: str) -> Kind:
        key, revision = (crd["metadata"]["name"], version), crd["metadata"]["resourceVersion"]
        known = self._made.get(key)
        if known is None or known[0] != revision:
            from minikube_py.apis.apiextensions.custom_resource import make_kind

            kind = make_kind(crd, version)
            if needs_converting(crd):
                kind = self._make_converted(crd, kind)
            if kind.stored_as is not None:  # objects are kept in another version, which knows nothing of this one's rules
                stored = kind._replace(version=kind.stored_as[1], stored_as=None)
                kind = stored.seen_through(kind)
            known = self._made[key] = revision, kind
        return known[1]


def needs_converting(crd: Object) -> bool:
    """Return whether a definition's objects are more than another apiVersion apart, or kept in several versions."""
    strategy = (crd["spec"].get("conversion") or {}).get("strategy")
    return strategy == "Webhook" or len((crd.get("status") or {}).get("storedVersions") or ()) > 1


def find_ended(change: Change, store: Store) -> str:
    """Return the resource whose watches a change ends, "" for none: its definition is gone, or says something else."""
    if change.key.resource != RESOURCE or change.type == "ADDED":
        return ""
    before = store.get_at(change.previous) if change.type == "MODIFIED" else None
    return "" if before is not None and before["spec"] == change.object["spec"] else change.key.name


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
