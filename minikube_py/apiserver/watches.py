"""Watches: what happens to chosen objects after a revision, as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.reads import parse_revision
from minikube_py.apiserver.selection import make_predicate
from minikube_py.apiserver.translate import storage_errors
from minikube_py.client.request import Request, WatchEvent
from minikube_py.storage.interface import Change, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
PAGE = 1000


class Watch:
    """One watch. `poll()` returns the events since the last call, at once. Raises Expired when the history is gone.

    Without a resourceVersion, or from "0", the first events are ADDED ones of what is there.
    """

    def __init__(self, server: ApiServer, kind: Kind, request: Request) -> None:
        self._server, self._kind, self._request = server, kind, request
        self._predicate = make_predicate(kind, request)
        self._initial: list[WatchEvent] = []
        self.revision = parse_revision(request.params.get("resourceVersion") or "")
        if not self.revision:
            page = server.store.list(Query(kind.resource, request.namespace if kind.namespaced else ""))
            chosen = filter(self._predicate, page.items) if self._predicate else page.items
            self._initial = [WatchEvent("ADDED", self._show(obj)) for obj in chosen]
            self.revision = page.revision

    def poll(self) -> list[WatchEvent]:
        """Return what happened since the last poll, oldest first."""
        with storage_errors(self._kind, self._request), self._server.speaking(self._kind):
            return self._poll()

    def _poll(self) -> list[WatchEvent]:
        events, self._initial = self._initial, []
        store = self._server.store
        while True:
            current = store.current_revision()
            changes = store.changes(self.revision, PAGE, self._kind.resource)
            for change in changes:
                self.revision = change.revision
                events += self._select(change)
            if len(changes) < PAGE:  # what else happened was of other resources; history before it is not needed again
                self.revision = max(self.revision, current)
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
        answer = obj
        if self._request.table:
            from minikube_py.apiserver.table import answer_kind_table

            answer = answer_kind_table(self._server, self._kind, [obj], self._request)
        if self._kind.view is None:
            return answer
        from minikube_py.apiserver.versions import show_answer

        shown: Object = show_answer(self._kind, answer)
        return shown
