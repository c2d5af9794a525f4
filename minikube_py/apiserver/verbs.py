"""What answers each verb that writes."""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apis.kind import Kind
from minikube_py.apiserver import deletion, writes
from minikube_py.apiserver.server import ApiServer
from minikube_py.client.request import Request, Response

Write = Callable[[ApiServer, Kind, Request], Response]
VERBS: dict[str, Write] = {
    "create": writes.create,
    "update": writes.update,
    "delete": deletion.delete,
    "deletecollection": deletion.delete_collection,
}


def find_write(kind: Kind, request: Request) -> Write | None:
    """Return what does the write that is asked for, None where its verb is no write."""
    if (request.subresource, kind.resource) == ("status", "certificatesigningrequests.certificates.k8s.io"):
        from minikube_py.apiserver.certificate_requests import sign

        return sign
    if request.verb == "patch":
        from minikube_py.apiserver.patching import patch

        return patch
    return VERBS.get(request.verb)
