"""What all that answers requests works on: one Store, its time, and the kinds of its objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.component_base.clock import Clock, StoredClock
from minikube_py.storage.sqlite import Store

if TYPE_CHECKING:
    import random

    from minikube_py.apiserver.custom_resources import CustomResources
    from minikube_py.apiserver.encodings import Encodings
    from minikube_py.apiserver.extension_points import ExtensionPoints
    from minikube_py.apiserver.webhooks.heard import Heard

Object = dict[str, Any]


class ApiServer(ABC):
    """One Store and what is known of it. `rng` makes uids and name suffixes; without a clock and one it has those of the Store's cluster."""

    def __init__(self, store: Store, clock: Clock | None = None, rng: random.Random | None = None) -> None:
        self.store = store
        self.clock: Clock = clock or StoredClock(lambda: store.read_fact("clock"))
        if rng is not None:
            self.rng = rng
        self.warnings: list[str] = []  # what admission has to say of the request at hand
        self.heard: Heard | None = None  # what webhooks said to the write at hand
        self.is_writing = False  # a write is tried, which can be tried again
        self.extensions: dict[str, Any] = {}  # what cmd plugs in by name: "pki" is the folder of the cluster's keys

    @cached_property
    def rng(self) -> random.Random:
        """Where uids and name suffixes come from; only writes need it."""
        import random

        if seed := self.store.read_fact("seed"):
            from minikube_py.component_base.seeded_random import SeededRandom

            return SeededRandom(seed, self.store.current_revision)
        return random.SystemRandom()

    def find_kind_by_name(self, group: str, version: str, name: str) -> Kind | None:
        """Return the kind called `name` as its objects are stored, None where there is none."""
        found = catalog.find_by_kind(group, name, version)
        if found is not None:
            return catalog.find_stored(found)
        kinds = self.custom_resources.list_kinds()
        return next((k for k in kinds if (k.group, k.version, k.kind) == (group, version, name)), None)

    @property
    @abstractmethod
    def custom_resources(self) -> CustomResources:
        """The kinds that CustomResourceDefinitions serve."""

    @cached_property
    def encodings(self) -> Encodings:
        """What was encoded of stored objects; several servers over one state file may share it."""
        from minikube_py.apiserver.encodings import Encodings

        return Encodings()

    @cached_property
    def extension_points(self) -> ExtensionPoints:
        """The webhooks and policies that are in force."""
        from minikube_py.apiserver.extension_points import ExtensionPoints

        return ExtensionPoints(self.store)

    def now(self) -> float:
        """Return the cluster's time."""
        return self.clock.now()

    def new_uid(self) -> str:
        """Return a new random uid (RFC 4122, version 4)."""
        number = self.rng.getrandbits(128) & ~(0xF << 76 | 0x3 << 62) | (4 << 76 | 0x2 << 62)
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def find_kind(self, group: str, resource: str, version: str) -> Kind:
        """Return the kind served under that path: as it is stored, seen through the version asked for. Raises NotFound."""
        kind = catalog.find_by_resource(group, resource, version)
        if kind is None:
            custom = self.custom_resources.find(group, resource, version) if "." in group else None
            if custom is None:
                raise errors.new_not_served()
            return custom
        return kind if kind.stored_as is None else catalog.find_stored(kind).seen_through(kind)

    @contextmanager
    def speaking(self, kind: Kind) -> Iterator[None]:
        """Let the store hold the objects of a kind in the version that is asked for, if that takes more than a view."""
        if kind.custom is None or not kind.custom.converted:
            yield
            return
        store = self.store
        self.store = self.custom_resources.wrap(kind, store)
        try:
            yield
        finally:
            self.store = store

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make the requests handled inside one commit; a request that fails undoes only itself."""
        if self.store.in_transaction:
            yield
            return
        with self.store.transaction():
            yield
