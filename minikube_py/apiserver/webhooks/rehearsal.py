"""Asking webhooks while nobody waits for the state file.

A write that webhooks have a say in is tried three times at most where nothing interferes: first in a transaction, which ends as soon as
a webhook is found that has not been asked; then as a rehearsal, without transaction and without effect, in which they are asked; then
in a transaction again, with what was heard. If the object changed between the last two, the rehearsal is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minikube_py.apiserver.webhooks.heard import Heard
from minikube_py.storage.interface import Key, Page, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]


class SeemingStore:
    """A store in which writes have no effect but answer as if they had."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: Key) -> Object | None:
        """Return an object, or None."""
        return self._store.get(key)

    def list(self, query: Query) -> Page:
        """Return objects."""
        return self._store.list(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do as if."""
        yield

    def create(self, key: Key, value: Object) -> Object:
        """Do as if."""
        value["metadata"]["resourceVersion"] = "0"
        return value

    def update(self, key: Key, value: Object, expected: int) -> Object:
        """Do as if."""
        return value

    def delete(self, key: Key, last: Object) -> Object:
        """Do as if."""
        return last


def _make_seeming(store: Any) -> Any:
    """Return a store that only seems to write; what converts objects before they are stored does so all the same."""
    inner = getattr(store, "inner", None)
    return SeemingStore(store) if inner is None else store.around(SeemingStore(inner))


def rehearse(server: ApiServer, write: Callable[[], object]) -> None:
    """Do a write without effect and ask the webhooks; what they say is in `server.heard`. Raises StatusError where the write fails."""
    heard = server.heard = Heard()
    told, store = tuple(server.warnings), server.store
    with store.released():
        server.store = _make_seeming(store)
        try:
            write()
        finally:
            server.store = store
            server.warnings[:] = told
            heard.listening = False
