"""Watches: what happens to chosen objects after a revision, as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.selection import make_predicate
from minikube_py.client.request import Request, WatchEvent
from minikube_py.storage.interface import Change

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


class Watch:
    """One watch. `poll()` returns the events since the last call, at once. Raises Expired when the history is gone."""

    def __init__(self, server: ApiServer, kind: Kind, request: Request) -> None:
        self._server, self._kind, self._request = server, kind, request
        self._predicate = make_predicate(kind, request)
        self.revision = int(request.params.get("resourceVersion") or 0) or server.store.current_revision()

    def poll(self) -> list[WatchEvent]:
        """Return what happened since the last poll, oldest first."""
        events: list[WatchEvent] = []
        while True:
            changes = self._server.store.changes(self.revision, resource=self._kind.resource)
            for change in changes:
                self.revision = change.revision
                events += self._select(change)
            if len(changes) < 1000:
                return events

    def _select(self, change: Change) -> Iterator[WatchEvent]:
        request, obj = self._request, change.object
        if request.namespace and self._kind.namespaced and change.key.namespace != request.namespace:
            return
        kind = change.type
        if self._predicate is not None:
            is_in = self._predicate(obj)
            was_in = is_in if kind != "MODIFIED" else self._was_selected(change)
            if not is_in and not was_in:
                return
            if kind == "MODIFIED" and is_in != was_in:  # it came into the selection, or left it
                kind = "ADDED" if is_in else "DELETED"
        yield WatchEvent(kind, self._show(obj))

    def _was_selected(self, change: Change) -> bool:
        before = self._server.store.get_at(change.previous)
        return before is not None and self._predicate is not None and self._predicate(before)

    def _show(self, obj: Object) -> Object:
        if not self._request.table:
            return obj
        from minikube_py.apiserver.table import answer_table, columns_of

        return answer_table(self._server, columns_of(self._kind), [obj], self._request)
