"""The scale subresource of whatever object: how many pods it is to have, and which are its own.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/ and autoscaling/v1 Scale.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.client.request import Request
from minikube_py.client.rest import Client

Object = dict[str, Any]


class NoMatch(Exception):
    """No kind of that name is served; the text is that of client-go's REST mapper."""


def find_kind(api_version: str, kind: str, *, any_version: bool = False) -> Kind:
    """Return the kind that an object names, in that version of its group or in the preferred one. Raises NoMatch."""
    group, _, version = api_version.rpartition("/")
    found = catalog.find_by_kind(group, kind, "" if any_version else version)
    if found is None:
        where = f'group "{group}"' if any_version else f'version "{api_version}"'
        raise NoMatch(f'no matches for kind "{kind}" in {where}')
    return found


def has_scale(kind: Kind) -> bool:
    """Return whether objects of a kind have a scale."""
    return "scale" in kind.subresources


def get_scale(client: Client, kind: Kind, namespace: str, name: str) -> Object:
    """Return an object's Scale. Raises StatusError; for an object that is not there, in the words of the subresource."""
    request = Request("get", kind.group, kind.version, kind.plural, namespace, name, "scale")
    scale: Object = client.send(request).object
    return scale


def update_scale(client: Client, kind: Kind, scale: Object) -> None:
    """Write a Scale. Raises StatusError."""
    metadata = scale["metadata"]
    request = Request("update", kind.group, kind.version, kind.plural, metadata["namespace"], metadata["name"], "scale")
    client.send(request._replace(body=scale))
