"""Cached objects of one resource, kept up to date by an informer. They are shared: readers never change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import controller_of

Object = dict[str, Any]
Objects = list[Object]
Key = tuple[str, str]  # namespace, name
Indexer = Callable[[Object], Iterable[str]]


def _by_owner(obj: Object) -> Iterable[str]:
    owner = controller_of(obj)
    return (owner["uid"],) if owner else ()


def _by_node(obj: Object) -> Iterable[str]:
    node = (obj.get("spec") or {}).get("nodeName")
    return (node,) if isinstance(node, str) and node else ()


def _orphans(obj: Object) -> Iterable[str]:
    return () if controller_of(obj) else (obj["metadata"].get("namespace", ""),)


INDEXERS: dict[str, Indexer] = {"owner": _by_owner, "node": _by_node, "orphan": _orphans}


class Lister:
    """Reads the cache of one resource."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, Object]] = {}
        self._indexes: dict[str, dict[str, dict[Key, Object]]] = {name: {} for name in INDEXERS}

    def get(self, namespace: str, name: str) -> Object | None:
        """Return an object or None."""
        return self._objects.get(namespace, {}).get(name)

    def list(self, namespace: str = "") -> Objects:
        """Return all objects, of one namespace or of all."""
        if namespace:
            return list(self._objects.get(namespace, {}).values())
        return [obj for objects in self._objects.values() for obj in objects.values()]

    def count(self) -> int:
        """Return how many objects there are."""
        return sum(map(len, self._objects.values()))

    def by_owner(self, uid: str) -> Objects:
        """Return the objects whose controlling owner has that uid."""
        return list(self._indexes["owner"].get(uid, {}).values())

    def by_node(self, node: str) -> Objects:
        """Return the objects whose spec.nodeName is that node."""
        return list(self._indexes["node"].get(node, {}).values())

    def orphans(self, namespace: str) -> Objects:
        """Return the objects of a namespace that no controller owns."""
        return list(self._indexes["orphan"].get(namespace, {}).values())

    # -- for the informer

    def replace(self, obj: Object) -> Object | None:
        """Take in the newest state of an object; return the state before."""
        namespace, name = key = key_of(obj)
        objects = self._objects.setdefault(namespace, {})
        before = objects.get(name)
        objects[name] = obj
        self._reindex(key, before, obj)
        return before

    def remove(self, obj: Object) -> None:
        """Forget an object."""
        namespace, name = key = key_of(obj)
        before = self._objects.get(namespace, {}).pop(name, None)
        self._reindex(key, before, None)

    def _reindex(self, key: Key, before: Object | None, after: Object | None) -> None:
        for index, indexer in INDEXERS.items():
            table = self._indexes[index]
            old, new = tuple(indexer(before)) if before else (), tuple(indexer(after)) if after else ()
            for value in old:
                if value not in new and (entries := table.get(value)) is not None:
                    entries.pop(key, None)
                    if not entries:
                        del table[value]
            for value in new:
                table.setdefault(value, {})[key] = after  # type: ignore[assignment]


def key_of(obj: Object) -> Key:
    """Return an object's (namespace, name)."""
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def without_managers(obj: Object) -> Object:
    """Return an object without metadata.managedFields: a third of a pod, which no controller reads and updates may leave out.

    What else it holds is shared. Upstream: client-go's cache.TransformStripManagedFields.
    """
    metadata = obj["metadata"]
    if "managedFields" not in metadata:
        return obj
    return {**obj, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
