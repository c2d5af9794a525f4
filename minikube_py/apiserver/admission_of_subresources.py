"""Admission of what is not kept: objects given to subresources, such as Bindings, and the options of connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver import admission
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.subresource_kinds import find_type
from minikube_py.apiserver.transactions import run_write
from minikube_py.client.request import Request, Response

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def judge(server: ApiServer, kind: Kind, request: Request, obj: Object) -> None:
    """Let admission judge an object that is given to a subresource and not kept. Raises StatusError."""
    where = (kind, request.namespace, request.name, obj, None, request.user, request.subresource)
    options = admission.make_options("CreateOptions", request)
    attributes = Attributes("CREATE", *where, bool(request.params.get("dryRun")), options)
    admission.admit(attributes, server)
    admission.validate(attributes, server)


def admit_connect(server: ApiServer, kind: Kind, request: Request, options: Mapping[str, Any]) -> None:
    """Let webhooks and policies judge a connection. Raises StatusError."""
    group, version, name = find_type(kind, request.subresource)
    obj = {"kind": name, "apiVersion": f"{group}/{version}".lstrip("/"), **options}
    where = (kind, request.namespace, request.name, obj, None, request.user, request.subresource)
    attributes = Attributes("CONNECT", *where)

    def write() -> Response:
        admission.admit(attributes, server)
        admission.validate(attributes, server)
        return Response(None)

    run_write(server, request, write)
