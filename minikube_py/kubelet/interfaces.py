"""What the kubelet needs of the rest of the cluster, as protocols: an API client, caches, events, images, a thread pool.

`minikube_py.client` and `minikube_py.kubelet.images` fulfil them; tests pass in-memory fakes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from minikube_py.client.reconcile import Key
from minikube_py.client.resources import Resource
from minikube_py.component_base.clock import Clock
from minikube_py.kubelet.images.catalogue import Image

Object = dict[str, Any]


class Lister(Protocol):
    """A cache of one resource. What it returns is shared and must not be changed."""

    def get(self, namespace: str, name: str) -> Object | None: ...

    def by_node(self, node: str) -> list[Object]: ...

    def list(self, namespace: str = "") -> list[Object]: ...


class Client(Protocol):
    """The part of the API client that the kubelet uses. Calls raise `apimachinery.errors.StatusError`."""

    def get(self, resource: Resource, name: str, namespace: str = "") -> Object: ...

    def create(self, resource: Resource, obj: Object, namespace: str = "") -> Object: ...

    def update(self, resource: Resource, obj: Object, subresource: str = "") -> Object: ...

    def patch(
        self,
        resource: Resource,
        name: str,
        body: Object,
        namespace: str = "",
        *,
        content_type: str = "application/strategic-merge-patch+json",
        subresource: str = "",
    ) -> Object: ...

    def delete(self, resource: Resource, name: str, namespace: str = "", options: Object | None = None) -> Object: ...


class EventRecorder(Protocol):
    """Writes events about an object."""

    def event(self, obj: Object, event_type: str, reason: str, message: str, field_path: str = "") -> None: ...


class Context(Protocol):
    """What every reconciler is given; `client.reconcile.Context` fulfils it."""

    @property
    def client(self) -> Client: ...

    @property
    def clock(self) -> Clock: ...

    def lister(self, resource: Resource) -> Lister: ...

    def recorder(self, component: str) -> EventRecorder: ...

    def enqueue(self, key: Key, after: float = 0.0) -> None: ...


class Images(Protocol):
    """Finds images. `resolve` gives None for an unknown one, `pull_error` then says why. Both raise InvalidImageName."""

    def resolve(self, image: str) -> Image | None: ...

    def pull_error(self, image: str) -> str: ...


class Executor(Protocol):
    """A small thread pool."""

    def submit(self, fn: Callable[[], None], /) -> object: ...


TokenRequester = Callable[[str, str, Object, str, int], tuple[str, float]]
"""Asks for a service account token: `(namespace, service account, pod, audience, seconds)` -> the token and when it expires."""
