"""The node authorizer: what the user of a kubelet (system:node:NAME in the group system:nodes) may do besides what roles say.

A node reads itself, the pods that are bound to it, and what those pods refer to; the rest is a list of rules for all nodes.
https://kubernetes.io/docs/reference/access-authn-authz/node/ ; upstream: plugin/pkg/auth/authorizer/node.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apis.certificates.requests import NODE_PREFIX
from minikube_py.apis.rbac.rules import Action, allows
from minikube_py.client.request import NODES, User
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
LEASES = "kube-node-lease"
NO_RULES = "node authorizer does not support user rule resolution"
READ = ("get", "list", "watch")
_OWN_VERBS = ("get", "create", "update", "patch", "delete")
_CLAIM, _VOLUME, _ATTACHMENT = "persistentvolumeclaims", "persistentvolumes", "volumeattachments"
_REFERENCES = {  # a field of a pod's spec -> what the name in it is the name of
    **dict.fromkeys(("secret", "secretKeyRef", "secretRef", "nodePublishSecretRef", "azureFile"), "secrets"),
    **dict.fromkeys(("configMap", "configMapKeyRef", "configMapRef"), "configmaps"),
    "persistentVolumeClaim": _CLAIM,
}


class Verdict(NamedTuple):
    """Whether a node may do something; `reason` says why not, where a rule of this authorizer does."""

    allowed: bool
    reason: str = ""


ALLOWED, NO_OPINION = Verdict(True), Verdict(False)


def find_node(user: User) -> str | None:
    """Return the name of the node whose kubelet asks, None where it is somebody else."""
    return user.name[len(NODE_PREFIX) :] if user.name.startswith(NODE_PREFIX) and NODES in user.groups else None


def authorize_node(store: Store, user: User, action: Action) -> Verdict:
    """Decide whether a node may do something; nothing is said about other users."""
    node = find_node(user)
    if node is None:
        return NO_OPINION
    if not node:
        return Verdict(False, f'unknown node for user "{user.name}"')
    judge = _JUDGES.get((action.group, action.resource)) if action.resource else None
    if judge is not None:
        return judge(store, node, action)
    return ALLOWED if any(allows(rule, action) for rule in _list_node_rules()) else NO_OPINION


@lru_cache(maxsize=1)
def _list_node_rules() -> list[Object]:
    from minikube_py.apiserver.authorization.bootstrap import list_defaults

    role = next(role for role in list_defaults() if (role["kind"], role["metadata"]["name"]) == ("ClusterRole", "system:node"))
    rules: list[Object] = role["rules"]
    return rules


def _judge_read(store: Store, node: str, action: Action) -> Verdict:
    """A node may read single secrets and config maps of its pods."""
    if action.verb not in READ:
        return Verdict(False, "can only read resources of this type")
    if action.subresource:
        return Verdict(False, "cannot read subresource")
    if not action.namespace:
        return Verdict(False, "can only read namespaced object of this type")
    return _judge_relation(store, node, action)


def _judge_get(store: Store, node: str, action: Action) -> Verdict:
    if action.verb != "get":
        return Verdict(False, "can only get individual resources of this type")
    if action.subresource:
        return Verdict(False, "cannot get subresource")
    return _judge_relation(store, node, action)


def _judge_claim(store: Store, node: str, action: Action) -> Verdict:
    if action.subresource != "status":
        return _judge_get(store, node, action)
    if action.verb not in ("get", "update", "patch"):
        return Verdict(False, "can only get/update/patch this type")
    return _judge_relation(store, node, action)


def _judge_account(store: Store, node: str, action: Action) -> Verdict:
    if action.verb != "create" or not action.name:
        return Verdict(False, "can only create tokens for individual service accounts")
    if action.subresource != "token":
        return Verdict(False, "can only create token subresource of serviceaccount")
    return _judge_relation(store, node, action)


def _judge_lease(store: Store, node: str, action: Action) -> Verdict:
    if action.verb not in _OWN_VERBS:
        return Verdict(False, "can only get, create, update, patch, or delete a node lease")
    if action.namespace != LEASES:
        return Verdict(False, f'can only access leases in the "{LEASES}" system namespace')
    if action.verb != "create" and action.name != node:
        return Verdict(False, "can only access node lease with the same name as the requesting node")
    return ALLOWED


def _judge_csi_node(store: Store, node: str, action: Action) -> Verdict:
    if action.verb not in _OWN_VERBS:
        return Verdict(False, "can only get, create, update, patch, or delete a CSINode")
    if action.subresource:
        return Verdict(False, "cannot authorize CSINode subresources")
    if action.verb != "create" and action.name != node:
        return Verdict(False, "can only access CSINode with the same name as the requesting node")
    return ALLOWED


def _judge_node(store: Store, node: str, action: Action) -> Verdict:
    if action.verb in (("update", "patch") if action.subresource == "status" else ("create", "update", "patch")):
        return ALLOWED if action.subresource in ("", "status") else NO_OPINION
    if action.subresource or action.verb not in READ:
        return NO_OPINION
    if action.name == node:
        return ALLOWED
    what = f"'{action.name}'" if action.name else "all nodes"
    return Verdict(False, f"node '{node}' cannot read {what}, only its own Node object")


def _judge_pod(store: Store, node: str, action: Action) -> Verdict:
    if action.subresource or action.verb not in READ:
        written = {"": ("create", "delete"), "status": ("update", "patch"), "eviction": ("create",)}
        return ALLOWED if action.verb in written.get(action.subresource, ()) else NO_OPINION
    if action.verb == "get":
        return _judge_get(store, node, action)
    if {f"spec.nodeName={node}", f"spec.nodeName=={node}"} & set(action.field_selector.split(",")):
        return ALLOWED
    if action.name:
        return _judge_relation(store, node, action)
    return Verdict(False, "can only list/watch pods with spec.nodeName field selector")


def _judge_relation(store: Store, node: str, action: Action) -> Verdict:
    if not action.name:
        return Verdict(False, "No Object name found")
    if _is_related(store, node, action):
        return ALLOWED
    return Verdict(False, f"no relationship found between node '{node}' and this object")


def _is_related(store: Store, node: str, action: Action) -> bool:
    if action.resource == _ATTACHMENT:
        attachment = store.get(Key(f"{_ATTACHMENT}.storage.k8s.io", "", action.name))
        return attachment is not None and attachment["spec"].get("nodeName") == node
    wanted = (action.resource, action.namespace, action.name)
    if action.resource == _VOLUME:
        volume = store.get(Key(_VOLUME, "", action.name))
        claim = ((volume or {}).get("spec") or {}).get("claimRef") or {}
        wanted = (_CLAIM, claim.get("namespace") or "", claim.get("name") or "")
    pods = store.list(Query("pods", wanted[1])).items if wanted[1] else []
    mine = [pod for pod in pods if pod["spec"].get("nodeName") == node]
    if wanted[0] == "pods":
        return any(pod["metadata"]["name"] == wanted[2] for pod in mine)
    return any((wanted[0], wanted[2]) in set(list_references(pod)) for pod in mine)


def list_references(pod: Object) -> Iterator[tuple[str, str]]:
    """Yield the plural and name of every object of its namespace that a pod needs where it runs."""
    spec = pod["spec"]
    yield "serviceaccounts", spec.get("serviceAccountName") or ""
    yield from (("secrets", one.get("name") or "") for one in spec.get("imagePullSecrets") or ())
    for volume in spec.get("volumes") or ():
        if volume.get("ephemeral") is not None:
            yield _CLAIM, f"{pod['metadata']['name']}-{volume['name']}"
    yield from _walk(spec)


def _walk(value: Any) -> Iterator[tuple[str, str]]:
    for field, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if field in _REFERENCES and isinstance(inner, dict):
            yield _REFERENCES[field], inner.get("name") or inner.get("secretName") or inner.get("claimName") or ""
        if isinstance(inner, dict | list):
            yield from _walk(inner)


_JUDGES = {
    ("", "secrets"): _judge_read,
    ("", "configmaps"): _judge_read,
    ("", _CLAIM): _judge_claim,
    ("", _VOLUME): _judge_get,
    ("storage.k8s.io", _ATTACHMENT): _judge_get,
    ("", "serviceaccounts"): _judge_account,
    ("coordination.k8s.io", "leases"): _judge_lease,
    ("storage.k8s.io", "csinodes"): _judge_csi_node,
    ("", "nodes"): _judge_node,
    ("", "pods"): _judge_pod,
}
