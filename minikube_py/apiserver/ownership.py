"""metadata.managedFields: which manager wrote which field. https://kubernetes.io/docs/reference/using-api/server-side-apply/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.patch.managed_fields import ManagerInfo, update_managed_fields
from minikube_py.apimachinery.schema import Schema, load
from minikube_py.apis.kind import Kind
from minikube_py.client.request import Request
from minikube_py.component_base.clock import format_rfc3339

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
_schemas: dict[str, Schema] = {}


def schema_of(kind: Kind) -> Schema:
    """Return the kind's definition, loaded once."""
    if kind.custom is not None:
        return kind.custom.schema
    if kind.schema not in _schemas:
        _schemas[kind.schema] = load(kind.schema)
    return _schemas[kind.schema]


def track(server: ApiServer, kind: Kind, request: Request, old: Object | None, new: Object) -> None:
    """Write into `new` who owns what after this request. An apply patch has done so already."""
    if request.content_type == "application/apply-patch+yaml":
        return
    if old is not None and _is_empty_reset(request):
        new["metadata"].pop("managedFields", None)
        return
    before = None if old is None else kind.show(old)
    entries = update_managed_fields(before, kind.show(new), schema_of(kind.asked), manager_info(server, kind, request))
    if entries:
        new["metadata"]["managedFields"] = entries
    else:  # also where the request brings some that mean nothing
        new["metadata"].pop("managedFields", None)


def manager_info(server: ApiServer, kind: Kind, request: Request) -> ManagerInfo:
    """Return who writes: the request's fieldManager, now, through its subresource."""
    manager = request.params.get("fieldManager") or "unknown"
    reset = None if kind.status else ()
    return ManagerInfo(
        manager, kind.asked.api_version, format_rfc3339(server.now()), subresource=request.subresource, reset_fields=reset
    )


def _is_empty_reset(request: Request) -> bool:
    """Return whether the caller cleared managedFields on purpose, by a list of one empty entry."""
    body = request.body
    if not isinstance(body, dict):
        return False
    return (body.get("metadata") or {}).get("managedFields") == [{}]
