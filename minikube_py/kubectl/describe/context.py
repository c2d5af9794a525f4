"""What describers are given besides the object: the writer, and a way to look for related objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.request import Request
from minikube_py.client.resources import Resource
from minikube_py.client.rest import Client
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]
Objects = list[Object]


class Context(NamedTuple):
    """One description. `now` is in seconds since the epoch; `chunk_size` limits how much is asked for at a time, 0 for all."""

    writer: Writer
    client: Client
    now: float
    show_events: bool = True
    chunk_size: int = 500

    def list(self, resource: Resource, namespace: str, label_selector: str = "", field_selector: str = "") -> Objects:
        """Return the objects of a namespace ("" for all) that the selectors choose. Raises StatusError."""
        params = {"labelSelector": label_selector, "fieldSelector": field_selector}
        if self.chunk_size:
            params["limit"] = str(self.chunk_size)
        params = {key: value for key, value in params.items() if value}
        request = Request("list", resource.group, resource.version, resource.plural, namespace, params=params)
        items: Objects = []
        while True:
            page = self.client.send(request).object
            items += page.get("items") or []
            token = (page.get("metadata") or {}).get("continue")
            if not token:
                return items
            request = request._replace(params={**params, "continue": token})

    def find(self, resource: Resource, namespace: str, label_selector: str = "", field_selector: str = "") -> Objects:
        """Return what `list` returns, nothing where that fails."""
        try:
            return self.list(resource, namespace, label_selector, field_selector)
        except StatusError:
            return []


Describer = Callable[[Object, Context], None]
"""Writes the description of an object to the context's writer. Raises StatusError where something it needs cannot be had."""
