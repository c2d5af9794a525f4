"""Custom resources in the version that a request speaks, where that takes more than another apiVersion.

The store holds objects in the version that was the storage version when they were written. A ConvertingStore gives them, and takes them,
in one version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from minikube_py.apis.apiextensions import pruning
from minikube_py.apis.kind import Kind
from minikube_py.storage.interface import Key, Page, Query

if TYPE_CHECKING:
    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]


class Converter(Protocol):
    """Converts objects of one definition."""

    def convert(self, objects: list[Object], api_version: str) -> list[Object]: ...

    def convert_one(self, obj: Object, api_version: str) -> Object: ...


class ConvertingStore:
    """A store whose objects of one kind are in one version, whatever they are kept in."""

    def __init__(self, inner: Store, kind: Kind, storage: str, converter: Converter) -> None:
        self.inner, self._kind, self._storage, self._converter = inner, kind, storage, converter

    def around(self, inner: Any) -> ConvertingStore:
        """Return one of the same kind over another store."""
        return ConvertingStore(inner, self._kind, self._storage, self._converter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def show(self, objects: list[Object]) -> list[Object]:
        """Return stored objects of the kind in its version."""
        assert self._kind.custom is not None
        shown = self._converter.convert(objects, self._kind.api_version)
        return [pruning.show_by(obj, self._kind.custom.open_api) for obj in shown]

    def _keep(self, obj: Object) -> Object:
        return self._converter.convert([obj], self._storage)[0]

    def get(self, key: Key) -> Object | None:
        """Return an object, or None."""
        found = self.inner.get(key)
        return self.show([found])[0] if found is not None and key.resource == self._kind.resource else found

    def list(self, query: Query) -> Page:
        """Return objects."""
        page = self.inner.list(query)
        return page._replace(items=self.show(page.items)) if query.resource == self._kind.resource else page

    def create(self, key: Key, value: Object) -> Object:
        """Store a new object, and return it in the version it came in."""
        return self._return(key, value, self.inner.create(key, self._take(key, value)))

    def update(self, key: Key, value: Object, expected: int) -> Object:
        """Replace an object."""
        return self._return(key, value, self.inner.update(key, self._take(key, value), expected))

    def delete(self, key: Key, last: Object) -> Object:
        """Remove an object."""
        return self._return(key, last, self.inner.delete(key, self._take(key, last)))

    def _take(self, key: Key, value: Object) -> Object:
        return self._keep(value) if key.resource == self._kind.resource else value

    def _return(self, key: Key, value: Object, stored: Object) -> Object:
        """Return what was given, with the version that storing it gave it."""
        if key.resource != self._kind.resource:
            return stored
        value["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"]
        return value
