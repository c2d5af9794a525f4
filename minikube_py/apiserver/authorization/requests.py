"""Requests as actions, and the refusal of those that nobody allowed. Upstream: apiserver's endpoints/request and endpoints/filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import Forbidden, new_forbidden
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver.authorization.rbac import authorize
from minikube_py.client.request import Request, User

if TYPE_CHECKING:
    from minikube_py.storage.sqlite import Store

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def describe_action(request: Request) -> Action:
    """Return what a request is about to do."""
    namespace, name = request.namespace, request.name
    if request.verb == "create" and not request.subresource:
        name = ""  # it stands in the body only, which nobody has read yet
    selector = request.params.get("fieldSelector") or "" if request.verb in ("list", "watch") else ""
    if selector and not name:
        name = _find_name(selector)
    if (request.group, request.resource) == ("", "namespaces"):
        namespace = name
    return Action(request.verb, request.group, request.resource, request.subresource, name, namespace, field_selector=selector)


def _find_name(selector: str) -> str:
    """Return the name of the one object that a field selector can choose: whoever may see that may ask so."""
    for part in selector.split(","):
        for sign in ("==", "="):
            field, found, value = part.partition(sign)
            if found and field == "metadata.name":
                return value
    return ""


def check(store: Store, request: Request) -> None:
    """Let a request pass if its user may do that. Raises Forbidden."""
    check_action(store, request.user, describe_action(request))


def check_action(store: Store, user: User, action: Action) -> None:
    """Let somebody do something. Raises Forbidden."""
    decision = authorize(store, user, action)
    if not decision.allowed:
        raise new_refusal(user, action, decision.reason)


def new_refusal(user: User, action: Action, reason: str = "") -> Forbidden:
    """Return the error that tells who may not do what."""
    why = _tell(user, action).translate(_ESCAPES) + (f": {reason}" if reason else "")
    if action.path:
        return Forbidden(f"forbidden: {why}", {})
    return new_forbidden(action.group, action.resource, action.name, why)


def _tell(user: User, action: Action) -> str:
    if action.path:
        return f'User "{user.name}" cannot {action.verb} path "{action.path}"'
    resource = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
    where = f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    return f'User "{user.name}" cannot {action.verb} resource "{resource}" in API group "{action.group}" {where}'
