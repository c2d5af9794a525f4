"""URL paths of the REST API as requests: whoever speaks HTTP to the API server reads its requests with this.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from minikube_py.apimachinery.errors import MethodNotAllowed, NotFound
from minikube_py.apiserver.list_options import parse_switch
from minikube_py.client.request import Request

NAMESPACE_SUBRESOURCES = ("status", "finalize")
PROXY = "proxy"
NOT_SERVED = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch"}


def parse_path(method: str, target: str) -> Request | None:
    """Return the request for a resource that a method and a path with its query stand for; None for any other path.

    The request has no body yet. A GET of many with `watch=true` is a watch. Raises MethodNotAllowed.
    """
    url = urlsplit(target)
    params = _parse_query(url.query)
    parts = [unquote(part) for part in url.path.strip("/").split("/")]
    if parts[0] == "api" and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    watching = rest[0] == "watch" and len(rest) > 1  # the old form of ?watch=true
    resource, namespace, name, subresource = _address(rest[1:] if watching else rest)
    wanted = parse_switch(params, "watch")
    params.pop("watch", None)
    is_watch = watching or (bool(wanted) and not name)  # of one object, the parameter is not looked at
    if subresource == PROXY and method in ("HEAD", "OPTIONS"):
        method = "GET"
    verb = _verb_of(method, named=bool(name), watching=is_watch)
    if (verb == "create" and name and not subresource) or (verb in ("update", "patch") and not name):
        raise MethodNotAllowed(NOT_ALLOWED, {})
    return Request(verb, group, version, resource, namespace, name, subresource, params)


def _parse_query(query: str) -> dict[str, str]:
    """Return the parameters of a query: of what stands there twice the first counts, and of dryRun all do."""
    params: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in params:
            params[name] = value
        elif name == "dryRun":
            params[name] += f",{value}"
    return params


def _address(parts: list[str]) -> tuple[str, str, str, str]:
    """Return resource, namespace, name and subresource of `namespaces/NS/TYPE/NAME/SUB` and its shorter forms.

    What stands after `proxy` is the business of the program there.
    """
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in NAMESPACE_SUBRESOURCES:
        namespace, parts = parts[1], parts[2:]
    if parts[2:3] == [PROXY]:
        parts = parts[:3]
    padded = [*parts, "", ""]
    return padded[0], namespace, padded[1], "/".join(parts[2:])


def check_scope(request: Request, namespaced: bool) -> None:
    """Refuse a path that names a namespace where the kind has none, or none where it has: of all namespaces, objects are listed only.

    Raises NotFound, MethodNotAllowed.
    """
    if request.namespace if not namespaced else request.name and not request.namespace:
        raise NotFound(NOT_SERVED, {})
    if namespaced and not request.namespace and request.verb not in ("list", "watch"):
        raise MethodNotAllowed(NOT_ALLOWED, {})


def _verb_of(method: str, *, named: bool, watching: bool) -> str:
    if method == "GET":
        return "watch" if watching else "get" if named else "list"
    if method == "DELETE":
        return "delete" if named else "deletecollection"
    if method not in _VERBS:
        raise MethodNotAllowed(NOT_ALLOWED, {})
    return _VERBS[method]
