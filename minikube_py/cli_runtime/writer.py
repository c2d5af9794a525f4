"""Writes as verbs make them: with a field manager, dry run and field validation. k8s.io/cli-runtime's resource.Helper."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.client.request import STRATEGIC_MERGE_PATCH, Request, Response

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]


class Writer:
    """Sends writes in one manager's name and shows what the server warns of. All methods raise StatusError."""

    def __init__(self, factory: Factory, manager: str, dry_run: str = "none", validation: str = "") -> None:
        self._factory = factory
        self.client = factory.client(manager)
        params = {"dryRun": "All" if dry_run == "server" else "", "fieldValidation": validation}
        self._params = {key: value for key, value in params.items() if value}

    def create(self, info: Info, obj: Object, **params: str) -> Object:
        """Create an object and return it as stored. The resourceVersion of another is not sent: the server would refuse it."""
        metadata = obj.get("metadata")
        if isinstance(metadata, dict) and metadata.get("resourceVersion"):
            obj = {**obj, "metadata": {key: value for key, value in metadata.items() if key != "resourceVersion"}}
        return self._send_for_object(Request("create", *_path(info), params=params, body=obj))

    def replace(self, info: Info, obj: Object, subresource: str = "") -> Object:
        """Replace an object, or its subresource, and return it as stored. What names no version is put over the one there is."""
        if not (obj.get("metadata") or {}).get("resourceVersion"):
            with suppress(NotFound):
                version = self.get(info)["metadata"]["resourceVersion"]
                obj = {**obj, "metadata": {**(obj.get("metadata") or {}), "resourceVersion": version}}
        return self._send_for_object(Request("update", *_path(info), info.name, subresource, body=obj))

    def patch(
        self, info: Info, body: Any, content_type: str = STRATEGIC_MERGE_PATCH, subresource: str = "", **params: str
    ) -> Object:
        """Patch an object, or its subresource, and return it as stored."""
        return self._send_for_object(Request("patch", *_path(info), info.name, subresource, params, body, content_type))

    def get(self, info: Info, subresource: str = "") -> Object:
        """Return an object as it is stored."""
        obj: Object = self.client.send(Request("get", *_path(info), info.name, subresource)).object
        return obj

    def _send_for_object(self, request: Request) -> Object:
        obj: Object = self.send(request).object
        return obj

    def send(self, request: Request) -> Response:
        """Send a write with this writer's parameters. Deletions have them in their body: with one, a server looks at nothing else."""
        if request.verb == "delete":
            dry_run = {"dryRun": ["All"]} if "dryRun" in self._params else {}
            request = request._replace(body={**(request.body or {}), **dry_run})
        else:
            request = request._replace(params={**self._params, **request.params})
        response = self.client.send(request)
        self._factory.show_warnings(response.warnings)
        return response


def _path(info: Info) -> tuple[str, str, str, str]:
    return info.resource.group, info.resource.version, info.resource.plural, info.namespace


def warn_if_deleting(factory: Factory, obj: Object) -> None:
    """Tell of an object that was changed, or would be, while it is on its way out."""
    if obj["metadata"].get("deletionTimestamp"):
        name = obj["metadata"]["name"]
        factory.warn(f"Warning: Detected changes to resource {name} which is currently being deleted.")
