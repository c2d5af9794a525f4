"""Watches: what happens to chosen objects after a revision, as events."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.encodings import complete_item
from minikube_py.apiserver.list_options import parse_switch
from minikube_py.apiserver.reads import find_reader, is_shown_as_stored, parse_revision
from minikube_py.apiserver.selection import make_predicate
from minikube_py.apiserver.translate import storage_errors
from minikube_py.client.request import Request, WatchEvent
from minikube_py.storage.interface import Ahead, Change, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
PAGE = 1000
INITIAL_EVENTS_END = "k8s.io/initial-events-end"
NOT_OLDER_THAN = "NotOlderThan"


class Filter:
    """Which changes one watch is told of, and in which shape. Knows no server, so that any thread may use it with its own."""

    def __init__(self, kind: Kind, request: Request) -> None:
        self.kind, self.request = kind, request
        self.predicate = make_predicate(kind, request)

    @property
    def shape(self) -> Hashable:
        """What decides how objects look: two watches of one shape are told of a change in the same words."""
        asked = self.kind.asked
        return asked.group, asked.version, asked.plural, self.request.table, self.request.params.get("includeObject")

    def choose(self, server: ApiServer, change: Change) -> tuple[str, Object] | None:
        """Return the type of event that a change is to this watch, and the stored object it is about; None where it is none.

        An object that left the selection is told of as it was before.
        """
        request, kind = self.request, change.type
        if change.key.resource != self.kind.resource:
            return None
        if request.namespace and self.kind.namespaced and change.key.namespace != request.namespace:
            return None
        obj = self._convert(server, change.object)
        if self.predicate is None:
            return kind, obj
        is_in = self.predicate(obj)
        if kind != "MODIFIED":
            return (kind, obj) if is_in else None
        before = server.store.get_at(change.previous)
        if before is not None:
            before = self._convert(server, before)
        was_in = before is not None and self.predicate(before)
        if is_in:
            return ("MODIFIED" if was_in else "ADDED"), obj
        if before is None or not was_in:
            return None
        return "DELETED", {**before, "metadata": {**before["metadata"], "resourceVersion": str(change.revision)}}

    def _convert(self, server: ApiServer, obj: Object) -> Object:
        """Return a stored object in the version asked for, where that takes a conversion."""
        if self.kind.custom is None or not self.kind.custom.converted:
            return obj
        shown: Object = server.custom_resources.wrap(self.kind, server.store).show([obj])[0]
        return shown

    def show(self, server: ApiServer, obj: Object) -> Object:
        """Return a chosen object as the watch wants it."""
        answer = obj
        if self.request.table:
            from minikube_py.apiserver.table import answer_kind_table

            answer = answer_kind_table(server, self.kind, [obj], self.request)
        if self.kind.view is None:
            return answer
        from minikube_py.apiserver.versions import show_answer

        shown: Object = show_answer(self.kind, answer)
        return shown

    def make_bookmark(self, revision: int, *, ends_initial: bool = False) -> WatchEvent:
        """Return the event that says how far the watch has come."""
        metadata: Object = {"resourceVersion": str(revision), "creationTimestamp": None}
        if ends_initial:
            metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
        asked = self.kind.asked
        obj: Object = {"kind": asked.kind, "apiVersion": asked.api_version, "metadata": metadata}
        if self.request.table:
            row = {"cells": [], "object": {**obj, "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}}
            meta = {"resourceVersion": str(revision)}
            obj = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": meta, "columnDefinitions": None, "rows": [row]}
        return WatchEvent("BOOKMARK", obj)


class Watch:
    """One watch. `poll()` returns the events since the last call, at once. Raises Expired when the history is gone.

    Without a resourceVersion, or from "0", the first events are ADDED ones of what is there; so they are with sendInitialEvents,
    and then a bookmark ends them.
    """

    def __init__(self, server: ApiServer, kind: Kind, request: Request) -> None:
        check_options(request.params)
        self._server = server
        self.filter = Filter(kind, request._replace(encoding=""))
        self._initial: list[WatchEvent] = []
        self.revision = parse_revision(request.params.get("resourceVersion") or "")
        sends = parse_switch(request.params, "sendInitialEvents")
        if sends or (sends is None and not self.revision):
            self._read_initial(request, ends=bool(sends) and wants_bookmarks(request))
        elif not self.revision:
            self.revision = server.store.current_revision()

    def _read_initial(self, request: Request, *, ends: bool) -> None:
        server, kind = self._server, self.filter.kind
        as_stored = bool(request.encoding) and not request.table and is_shown_as_stored(server, kind)
        read = find_reader(server, kind, self.filter.predicate, as_stored=as_stored)
        page = read(Query(kind.resource, request.namespace if kind.namespaced else ""))
        if self.revision > page.revision:
            raise Ahead(self.revision, page.revision)
        shown: Iterable[Any]
        if as_stored:
            items = server.encodings.encode(request.encoding, kind.resource, page.items)  # type: ignore[arg-type]
            shown = (complete_item(kind, request.encoding, item) for item in items)
        else:
            shown = (self.filter.show(server, obj) for obj in page.items)  # type: ignore[arg-type]
        self._initial = [WatchEvent("ADDED", obj) for obj in shown]
        self.revision = page.revision
        if ends:
            self._initial.append(self.filter.make_bookmark(self.revision, ends_initial=True))

    @property
    def is_over(self) -> bool:
        """Whether nothing will come any more, for what is watched is served no longer."""
        kind = self.filter.kind
        return kind.custom is not None and self._server.custom_resources.is_outdated(kind)

    def poll(self) -> list[WatchEvent]:
        """Return what happened since the last poll, oldest first."""
        with storage_errors(self.filter.kind, self.filter.request):
            return self._poll()

    def _poll(self) -> list[WatchEvent]:
        events, self._initial = self._initial, []
        store = self._server.store
        while True:
            current = store.current_revision()
            changes = store.changes(self.revision, PAGE, self.filter.kind.resource)
            for change in changes:
                self.revision = change.revision
                events += self._select(change)
            if len(changes) < PAGE:  # what else happened was of other resources; history before it is not needed again
                self.revision = max(self.revision, current)
                return events

    def _select(self, change: Change) -> Iterator[WatchEvent]:
        chosen = self.filter.choose(self._server, change)
        if chosen is not None:
            yield WatchEvent(chosen[0], self.filter.show(self._server, chosen[1]))


def wants_bookmarks(request: Request) -> bool:
    """Return whether a watch allows bookmarks."""
    return bool(parse_switch(request.params, "allowWatchBookmarks"))


def check_options(params: Mapping[str, str]) -> None:
    """Refuse parameters of a watch that do not go together. Raises Invalid. Upstream: ValidateListOptions."""
    match, sends = params.get("resourceVersionMatch") or "", parse_switch(params, "sendInitialEvents") is not None
    found = []
    if sends and match != NOT_OLDER_THAN:
        why = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER_THAN}"
        found.append(errors.forbidden("resourceVersionMatch", why))
    if match and not sends:
        why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        found.append(errors.forbidden("resourceVersionMatch", why))
    if match and match != NOT_OLDER_THAN:
        found.append(errors.not_supported("resourceVersionMatch", match, [NOT_OLDER_THAN]))
    if match and params.get("continue"):
        why = "resourceVersionMatch is forbidden when continue is provided"
        found.append(errors.forbidden("resourceVersionMatch", why))
    if found:
        raise errors.new_invalid("meta.k8s.io", "ListOptions", "", found)
