"""URL paths of the REST API as requests: whoever speaks HTTP to the API server reads its requests with this.

https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from minikube_py.apimachinery.errors import PageNotFound, StatusError, new_not_allowed, new_not_served
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.list_options import parse_switch
from minikube_py.client.request import Request

NAMESPACE_SUBRESOURCES = ("status", "finalize")
PROXY = "proxy"
SEVERAL = "dryRun"  # the one option that may be given more than once
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch"}


def parse_path(method: str, target: str) -> Request | None:
    """Return the request for a resource that a method and a path with its query stand for; None for any other path.

    The request has no body yet. A GET of a list with `watch=true` is a watch. Raises MethodNotAllowed.
    """
    url = urlsplit(target)
    params = _read_query(url.query)
    parts = unquote(url.path).strip("/").split("/")
    if parts[0] == "api" and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    watching = rest[0] == "watch" and len(rest) > 1  # the old form of ?watch=true
    resource, namespace, name, subresource = _address(rest[1:] if watching else rest)
    if subresource == PROXY and method in ("HEAD", "OPTIONS"):
        method = "GET"
    if watching and method != "GET":
        raise new_not_allowed()
    is_watch = watching or (not name and bool(parse_switch(params, "watch")))
    params.pop("watch", None)
    verb = _verb_of(method, named=bool(name), watching=is_watch)
    if (verb == "create" and name and not subresource) or (verb in ("update", "patch") and not name):
        raise new_not_allowed()
    return Request(verb, group, version, resource, namespace, name, subresource, params)


def _read_query(text: str) -> dict[str, str]:
    """Return the parameters of a query. The first counts where one is given again; dryRun's are joined by commas."""
    params: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in params:
            params[name] = value
        elif name == SEVERAL:
            params[name] += f",{value}"
    return params


def check_scope(kind: Kind, request: Request) -> None:
    """Refuse a path that has a namespace where the kind has none, or none where it has one. Raises NotFound, MethodNotAllowed."""
    if kind.namespaced == bool(request.namespace):
        return
    if kind.namespaced and not request.name and "list" in kind.verbs and not kind.custom:
        if request.verb not in ("list", "watch"):
            raise new_not_allowed()
        return
    if kind.namespaced and request.verb in ("list", "watch") and kind.custom:
        return
    raise nothing_at(kind.custom is None)


def nothing_at(built_in: bool) -> StatusError:
    """Return the error for a path at which nothing is, in a group of built-in kinds or in another."""
    return new_not_served() if built_in else PageNotFound("404 page not found")


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


def _verb_of(method: str, *, named: bool, watching: bool) -> str:
    if method == "GET":
        return "watch" if watching else "get" if named else "list"
    if method == "DELETE":
        return "delete" if named else "deletecollection"
    if method not in _VERBS:
        raise new_not_allowed()
    return _VERBS[method]
