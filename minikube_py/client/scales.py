"""The scale subresource of whatever object: how many pods it is to have, and which are its own.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/ and autoscaling/v1 Scale.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apis import catalog
from minikube_py.client.request import Request
from minikube_py.client.resources import Resource
from minikube_py.client.rest import Client

Object = dict[str, Any]
DEFINITIONS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", namespaced=False)


class NoMatch(Exception):
    """No kind of that name is served; the text is that of client-go's REST mapper."""


class Served(NamedTuple):
    """A kind that is served in one version, and whether its objects have a scale."""

    group: str
    version: str
    plural: str
    has_scale: bool

    @property
    def resource(self) -> str:
        """`deployments.apps`: how messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def find_served(client: Client, api_version: str, kind: str, *, any_version: bool = False) -> Served:
    """Return the kind that an object names, in that version of its group or in the preferred one. Raises NoMatch, StatusError."""
    group, _, version = api_version.rpartition("/")
    version = "" if any_version else version
    known = catalog.find_by_kind(group, kind, version)
    if known is not None:
        return Served(known.group, known.version, known.plural, "scale" in known.subresources)
    if "." in group:
        for definition in _list_definitions(client):
            if (found := _match(definition["spec"], group, kind, version)) is not None:
                return found
    where = f'group "{group}"' if any_version else f'version "{api_version}"'
    raise NoMatch(f'no matches for kind "{kind}" in {where}')


def _list_definitions(client: Client) -> list[Object]:
    try:
        items: list[Object] = client.list(DEFINITIONS)["items"]
    except errors.NotFound:
        return []
    return items


def _match(spec: Object, group: str, kind: str, version: str) -> Served | None:
    """Return the kind that a definition serves; without a version, in the one that is stored."""
    if (spec["group"], spec["names"]["kind"]) != (group, kind):
        return None
    for one in spec["versions"]:
        if one.get("served") and (one["name"] == version if version else one.get("storage")):
            scalable = (one.get("subresources") or {}).get("scale") is not None
            return Served(group, one["name"], spec["names"]["plural"], scalable)
    return None


def get_scale(client: Client, kind: Served, namespace: str, name: str) -> Object:
    """Return an object's Scale. Raises StatusError; for an object that is not there, in the words of the subresource."""
    request = Request("get", kind.group, kind.version, kind.plural, namespace, name, "scale")
    scale: Object = client.send(request).object
    return scale


def update_scale(client: Client, kind: Served, scale: Object) -> None:
    """Write a Scale. Raises StatusError."""
    metadata = scale["metadata"]
    request = Request("update", kind.group, kind.version, kind.plural, metadata["namespace"], metadata["name"], "scale")
    client.send(request._replace(body=scale))
