"""The REST verbs on any resource, over whichever transport was injected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.request import OWNER, STRATEGIC_MERGE_PATCH, Request, Response, User, WatchEvent, check_path
from minikube_py.client.resources import Resource
from minikube_py.client.transport import Transport

Object = dict[str, Any]
Objects = list[Object]


class Client:
    """Requests in the name of `user`, told apart in managedFields as `manager`. All methods raise StatusError.

    `warn` is given the warnings that come with answers and errors.
    """

    def __init__(
        self,
        transport: Transport,
        manager: str = "",
        user: User | None = None,
        warn: Callable[[tuple[str, ...]], None] | None = None,
    ) -> None:
        self.transport = transport
        self.manager = manager
        self.user = user or OWNER
        self._warn = warn

    def with_manager(self, manager: str) -> Client:
        """Return a client that writes as another manager."""
        return Client(self.transport, manager, self.user, self._warn)

    def send(self, request: Request) -> Response:
        """Send a request as it is, with this client's user and manager filled in."""
        check_path(request)
        if self.manager and "fieldManager" not in request.params and request.verb not in ("get", "list"):
            request = request._replace(params={**request.params, "fieldManager": self.manager})
        try:
            response = self.transport.handle(request._replace(user=self.user))
        except StatusError as error:
            self._tell(error.warnings)
            raise
        self._tell(response.warnings)
        return response

    def _tell(self, warnings: tuple[str, ...]) -> None:
        if warnings and self._warn is not None:
            self._warn(warnings)

    def raw(self, method: str, target: str, body: bytes = b"") -> Iterator[bytes]:
        """Send a request to a path of the API and yield the parts of the answer's body as they come."""
        return self.transport.raw(method, target, body, self.user)

    def get(self, resource: Resource, name: str, namespace: str = "") -> Object:
        """Return one object."""
        return self._object(_request("get", resource, namespace, name))

    def list(self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = "") -> Object:
        """Return a List object."""
        params = {k: v for k, v in (("labelSelector", label_selector), ("fieldSelector", field_selector)) if v}
        return self._object(_request("list", resource, namespace)._replace(params=params))

    def list_items(self, resource: Resource, namespace: str = "", limit: int = 0, **params: str) -> Objects:
        """Return the objects of a list, asked for `limit` at a time, 0 for all at once. `params` are labelSelector, fieldSelector."""
        return list(self.iterate(resource, namespace, limit, **params))

    def iterate(self, resource: Resource, namespace: str = "", limit: int = 0, **params: str) -> Iterator[Object]:
        """Yield the objects of a list as it was at first; `limit` at a time are asked for, when they are wanted."""
        asked = {key: value for key, value in {**params, "limit": str(limit or "")}.items() if value}
        while True:
            page = self._object(_request("list", resource, namespace)._replace(params=asked))
            yield from page.get("items") or []
            if not (token := (page.get("metadata") or {}).get("continue")):
                return
            asked = {**asked, "continue": token}

    def watch(
        self, resource: Resource, namespace: str = "", *, timeout: float | None = None, **params: str
    ) -> Iterator[WatchEvent]:
        """Yield events; `params` are resourceVersion, labelSelector, fieldSelector."""
        request = Request("watch", resource.group, resource.version, resource.plural, namespace, params=params, user=self.user)
        check_path(request)
        return self.transport.watch(request, timeout)

    def create(self, resource: Resource, obj: Object, namespace: str = "", subresource: str = "", **params: str) -> Object:
        """Create an object and return it as stored."""
        name = obj.get("metadata", {}).get("name", "") if subresource else ""
        request = _request("create", resource, namespace, name, subresource)
        return self._object(request._replace(body=obj, params=params))

    def update(self, resource: Resource, obj: Object, subresource: str = "", **params: str) -> Object:
        """Replace an object, or its subresource, and return it as stored."""
        metadata = obj["metadata"]
        request = _request("update", resource, metadata.get("namespace", ""), metadata["name"], subresource)
        return self._object(request._replace(body=obj, params=params))

    def patch(
        self,
        resource: Resource,
        name: str,
        body: Any,
        namespace: str = "",
        *,
        content_type: str = STRATEGIC_MERGE_PATCH,
        subresource: str = "",
        **params: str,
    ) -> Object:
        """Patch an object and return it as stored."""
        request = _request("patch", resource, namespace, name, subresource)
        return self._object(request._replace(body=body, params=params, content_type=content_type))

    def delete(
        self, resource: Resource, name: str, namespace: str = "", options: Object | None = None, **params: str
    ) -> Object:
        """Delete an object; returns it while it lives on, else a Status."""
        request = _request("delete", resource, namespace, name)
        return self._object(request._replace(body=options, params=params))

    def batch(self) -> AbstractContextManager[None]:
        """Where the transport can, make the requests inside one commit."""
        return self.transport.batch()

    def _object(self, request: Request) -> Object:
        obj: Object = self.send(request).object
        return obj


def _request(verb: str, resource: Resource, namespace: str = "", name: str = "", subresource: str = "") -> Request:
    where = namespace if resource.namespaced else ""
    return Request(verb, resource.group, resource.version, resource.plural, where, name, subresource)
