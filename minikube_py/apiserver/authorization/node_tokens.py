"""Which tokens of service accounts a node may have: NodeRestriction's part about them, which are made and not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import new_forbidden, new_not_found
from minikube_py.apiserver.authorization.node import find_node
from minikube_py.client.request import Request
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def check_token_request(server: ApiServer, request: Request, asked: Object) -> None:
    """Let a node have tokens for the pods that run on it only, and bound to them. Raises Forbidden, NotFound."""
    node = find_node(request.user)
    if node is None:
        return
    bound = (asked.get("spec") or {}).get("boundObjectRef") or {}
    if why := _judge_token(server, request.namespace, bound, node):
        raise new_forbidden("", "serviceaccounts", request.name, why)


def _judge_token(server: ApiServer, namespace: str, bound: Object, node: str) -> str:
    name, uid = bound.get("name") or "", bound.get("uid") or ""
    if (bound.get("apiVersion"), bound.get("kind")) != ("v1", "Pod") or not name:
        return "node requested token not bound to a pod"
    if not uid:
        return "node requested token with a pod binding without a uid"
    pod = server.store.get(Key("pods", namespace, name))
    if pod is None:
        raise new_not_found("", "pods", name)
    if pod["metadata"]["uid"] != uid:
        return (
            f"the UID in the bound object reference ({uid}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
    if pod["spec"].get("nodeName") != node:
        return "node requested token bound to a pod scheduled on a different node"
    return ""
