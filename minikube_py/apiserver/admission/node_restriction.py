"""NodeRestriction: a kubelet changes its own Node, lease and CSINode and the pods that are bound to it, nothing of other nodes.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction ; the node authorizer says the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import new_forbidden
from minikube_py.apis.core.pod_annotations import MIRROR
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.authorization.node import find_node
from minikube_py.client.request import NODES

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "NodeRestriction"
_OWN = {"leases": "node lease", "csinodes": "CSINode"}


def handles(attributes: Attributes) -> bool:
    """Writes of kubelets."""
    return NODES in attributes.user.groups and bool(find_node(attributes.user))


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse what is not the node's own. Raises Forbidden."""
    node, plural = find_node(attributes.user) or "", attributes.kind.plural
    judge = {"pods": _judge_pod, "nodes": _judge_node}.get(plural, _judge_own)
    if why := judge(attributes, node):
        raise new_forbidden(attributes.kind.group, plural, attributes.name, why)


def _judge_own(attributes: Attributes, node: str) -> str:
    if attributes.operation != "CREATE" or _name(attributes) == node:
        return ""
    return f"can only access {_OWN[attributes.kind.plural]} with the same name as the requesting node"


def _judge_node(attributes: Attributes, node: str) -> str:
    name, new, old = _name(attributes), attributes.obj, attributes.old
    if name != node:
        return f'node "{node}" is not allowed to modify node "{name}"'
    if new is not None and old is not None and _taints(new) != _taints(old):
        return f'node "{node}" is not allowed to modify taints'
    return ""


def _judge_pod(attributes: Attributes, node: str) -> str:
    if attributes.operation == "CREATE":
        return _judge_new_pod(attributes.obj or {}, node)
    pod = attributes.old or {}
    verb = "delete pods" if attributes.operation == "DELETE" else "update pod status for pods"
    is_own = (pod.get("spec") or {}).get("nodeName") == node
    return "" if is_own else f'node "{node}" can only {verb} with spec.nodeName set to itself'


def _judge_new_pod(pod: Object, node: str) -> str:
    if MIRROR not in (pod["metadata"].get("annotations") or {}):
        return f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
    if pod["spec"].get("nodeName") != node:
        return f'node "{node}" can only create pods with spec.nodeName set to itself'
    return ""


def _name(attributes: Attributes) -> str:
    return attributes.name or (attributes.obj or {}).get("metadata", {}).get("name") or ""


def _taints(node: Object) -> list[Object]:
    return (node.get("spec") or {}).get("taints") or []
