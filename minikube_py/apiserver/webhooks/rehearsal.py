"""Asking webhooks while nobody waits for the state file.

A write that webhooks have a say in is tried three times at most where nothing interferes: first in a transaction, which ends as soon as
a webhook is found that has not been asked; then as a rehearsal, without transaction and without effect, in which they are asked; then
in a transaction again, with what was heard. If the object changed between the last two, the rehearsal is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind
from minikube_py.storage.interface import Key, Page, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.admission import Attributes
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
_Place = tuple[str, ...]


class Said(NamedTuple):
    """What came of one round of admission: the object, the version of the old one it was about, and warnings to pass on."""

    obj: Object | None
    about: str
    warnings: tuple[str, ...]


class Reinvocation:
    """Which mutating webhooks are asked a second time. Upstream: k8s.io/apiserver/pkg/admission/plugin/webhook/mutating."""

    def __init__(self) -> None:
        self.wanted = self.second_round = False
        self._asked: set[str] = set()
        self._again: set[str] = set()
        self._last: Object | None = None

    def begin(self) -> None:
        """Begin the second round."""
        self.wanted, self.second_round = False, True

    def note_object(self, obj: Object | None) -> None:
        """Take note of the object as it leaves the webhooks, or comes back to them: then who may be asked again is, if it changed."""
        if self.second_round and self._last is not None and obj != self._last:
            self._again |= self._asked
        self._last = deep_copy(obj)

    def note_change(self) -> None:
        """A webhook changed the object: all look again, and those asked before that may be asked again."""
        self._again |= self._asked
        self._asked = set()
        self.wanted = not self.second_round

    def note_asked(self, hook: str) -> None:
        """A webhook was asked that may be asked again."""
        self._asked.add(hook)

    def skips(self, hook: str) -> bool:
        """Return whether a webhook is not asked in this round."""
        return self.second_round and hook not in self._again


class Heard:
    """What webhooks said to the parts of one write. While `listening` they are asked; afterwards what they said is taken from here."""

    def __init__(self) -> None:
        self.listening = True
        self.reinvocation = Reinvocation()
        self.warnings: list[str] = []  # of the phase at hand
        self._said: dict[_Place, Said] = {}
        self._identities: dict[_Place, Object] = {}

    def keep_admitted(self, attributes: Attributes) -> None:
        """Keep the object as mutating admission has left it."""
        self._keep("admit", attributes, deep_copy(attributes.obj))

    def take_admitted(self, attributes: Attributes, server: ApiServer) -> bool:
        """Change the object to what was kept, if that was about the same one. Return whether it was."""
        said = self._find("admit", attributes)
        if said is None:
            return False
        server.warnings += said.warnings
        if attributes.obj is not None and said.obj is not None:
            attributes.obj.clear()
            attributes.obj.update(deep_copy(said.obj))
        return True

    def keep_validated(self, attributes: Attributes) -> None:
        """Keep that validating webhooks let the object pass."""
        self._keep("validate", attributes, None)

    def take_validated(self, attributes: Attributes, server: ApiServer) -> bool:
        """Return whether validating webhooks let it pass."""
        said = self._find("validate", attributes)
        if said is not None:
            server.warnings += said.warnings
        return said is not None

    def _keep(self, phase: str, attributes: Attributes, obj: Object | None) -> None:
        self._said[_place(phase, attributes)] = Said(obj, _version(attributes), tuple(self.warnings))
        self.warnings = []
        self.reinvocation = Reinvocation()

    def _find(self, phase: str, attributes: Attributes) -> Said | None:
        said = self._said.get(_place(phase, attributes))
        return said if said is not None and said.about == _version(attributes) else None

    def fill_identity(self, kind: Kind, metadata: Object, make: Callable[[], str]) -> str:
        """Give a new object the name, uid and time that it had in the rehearsal; `make` is what gives it new ones."""
        given = (metadata.get("name") or "", metadata.get("generateName") or "")
        place = ("create", kind.resource, metadata.get("namespace", ""), *given)
        if not self.listening and place in self._identities:
            metadata.update(self._identities[place])
            return str(metadata.get("name", ""))
        name = make()
        self._identities[place] = {word: metadata[word] for word in ("name", "uid", "creationTimestamp") if word in metadata}
        return name


def _place(phase: str, attributes: Attributes) -> _Place:
    a = attributes
    return (phase, a.operation, a.kind.resource, a.namespace, a.name, a.subresource)


def _version(attributes: Attributes) -> str:
    return str(attributes.old["metadata"].get("resourceVersion", "")) if attributes.old else ""


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
