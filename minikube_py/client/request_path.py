"""A Request as HTTP names it: its method, its path and what it asks for."""

from __future__ import annotations

from minikube_py.client.request import Request

METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}
"""Of each verb that is not GET."""

TABLE = "as=Table;v=v1;g=meta.k8s.io"
"""What stands behind a media type to ask for a Table."""


def make_target(request: Request) -> str:
    """Return the path and query of a request."""
    from urllib.parse import urlencode

    root = f"/apis/{request.group}/{request.version}" if request.group else f"/api/{request.version}"
    parts = [root, *(("namespaces", request.namespace) if request.namespace else ()), request.resource]
    parts += [part for part in (request.name, request.subresource) if part]
    query = urlencode(sorted(request.params.items()))
    return "/".join(parts) + (f"?{query}" if query else "")
