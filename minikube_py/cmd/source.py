"""The informers' source: lists and changes straight from this thread's Store, its own uncommitted writes included."""

from __future__ import annotations

from typing import Any

from minikube_py.client.resources import Resource
from minikube_py.storage.interface import Change, Query
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
Objects = list[Object]
Changes = list[Change]


class StoreSource:
    """Feeds a Manager. Raises storage's Compacted when it slept through a compaction; `reset` then begins again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.keep_changes()
        self._revision = 0

    def list(self, resource: Resource) -> Objects:
        """Return every object of a resource."""
        return self._store.list(Query(resource.key)).items

    def changes(self) -> Changes:
        """Return what changed since the last call."""
        found: Changes = []
        while not self._store.is_current(self._revision):
            changes = self._store.changes(self._revision)
            if not changes:
                break
            self._revision = changes[-1].revision
            found += changes
        if found:
            self._store.release(self._revision)
        return found

    def reset(self) -> None:
        """Begin again at the present."""
        self._revision = self._store.current_revision()
