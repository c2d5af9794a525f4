"""NodeRestriction: a kubelet changes its own Node, lease and CSINode and the pods that are bound to it, nothing of other nodes.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction ; the node authorizer says the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import new_forbidden, new_not_found
from minikube_py.apis.core.pod_annotations import MIRROR
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.authorization.node import find_node, list_references
from minikube_py.client.request import NODES
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "NodeRestriction"
_OWN = {"leases": "node lease", "csinodes": "CSINode"}
_OF_NODE = "node-restriction.kubernetes.io"
_KUBELET_LABELS = {
    *(f"kubernetes.io/{name}" for name in ("hostname", "os", "arch")),
    *(f"topology.kubernetes.io/{name}" for name in ("zone", "region")),
    *(f"failure-domain.beta.kubernetes.io/{name}" for name in ("zone", "region")),
    *(f"beta.kubernetes.io/{name}" for name in ("instance-type", "os", "arch")),
}
_KUBELET_DOMAINS = ("kubelet.kubernetes.io", "node.kubernetes.io")
_KUBERNETES_DOMAINS = ("kubernetes.io", "k8s.io")
_FORBIDDEN_REFERENCES = {
    "serviceaccounts": "a service account",
    **{plural: plural for plural in ("secrets", "configmaps", "persistentvolumeclaims")},
}
_CLAIM_STATUS = ("capacity", "conditions", "allocatedResources", "allocatedResourceStatuses")


def handles(attributes: Attributes) -> bool:
    """Writes of kubelets."""
    return NODES in attributes.user.groups and bool(find_node(attributes.user))


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse what is not the node's own. Raises Forbidden, NotFound."""
    node, plural = find_node(attributes.user) or "", attributes.kind.plural
    judge = _JUDGES.get(plural, _judge_own)
    why = judge(attributes, node)
    if not why and plural == "pods" and attributes.operation == "CREATE":
        why = _judge_owner(server, attributes.obj or {}, node)
    if why:
        raise new_forbidden(attributes.kind.group, plural, attributes.name, why)


def _judge_own(attributes: Attributes, node: str) -> str:
    if attributes.operation != "CREATE" or _name(attributes) == node:
        return ""
    return f"can only access {_OWN[attributes.kind.plural]} with the same name as the requesting node"


def _judge_node(attributes: Attributes, node: str) -> str:
    name, new, old = _name(attributes), attributes.obj, attributes.old
    if name != node:
        return f'node "{node}" is not allowed to modify node "{name}"'
    if new is None:
        return ""
    if old is not None and _taints(new) != _taints(old):
        return f'node "{node}" is not allowed to modify taints'
    if forbidden := list_forbidden_labels(_labels(new), _labels(old or {})):
        if old is None:
            return f'node "{node}" is not allowed to set the following labels: {", ".join(forbidden)}'
        return f"is not allowed to modify labels: {', '.join(forbidden)}"
    return ""


def list_forbidden_labels(new: Object, old: Object) -> list[str]:
    """Return the labels that differ and that no node may give itself: they say which pods may come to it."""
    changed = (label for label in new.keys() | old.keys() if new.get(label) != old.get(label))
    return sorted(label for label in changed if not _is_a_nodes_label(label))


def _is_a_nodes_label(label: str) -> bool:
    domain = label.rpartition("/")[0]
    if _is_within(domain, (_OF_NODE,)):
        return False
    known = label in _KUBELET_LABELS or _is_within(domain, _KUBELET_DOMAINS)
    return known or not _is_within(domain, _KUBERNETES_DOMAINS)


def _is_within(domain: str, domains: tuple[str, ...]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in domains)


def _judge_pod(attributes: Attributes, node: str) -> str:
    if attributes.operation == "CREATE":
        return _judge_new_pod(attributes.obj or {}, node)
    pod = attributes.old or {}
    verb = "delete pods" if attributes.operation == "DELETE" else "update pod status for pods"
    if (pod.get("spec") or {}).get("nodeName") != node:
        return f'node "{node}" can only {verb} with spec.nodeName set to itself'
    if attributes.obj is not None and _labels(attributes.obj) != _labels(pod):
        return f'node "{node}" cannot update labels through pod status'
    return ""


def _judge_new_pod(pod: Object, node: str) -> str:
    """A node may tell of pods that it has from elsewhere; what they refer to, it could read from then on."""
    if MIRROR not in (pod["metadata"].get("annotations") or {}):
        return f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
    if pod["spec"].get("nodeName") != node:
        return f'node "{node}" can only create pods with spec.nodeName set to itself'
    found = {plural for plural, name in list_references(pod) if name}
    refused = next((words for plural, words in _FORBIDDEN_REFERENCES.items() if plural in found), "")
    return f'node "{node}" can not create pods that reference {refused}' if refused else ""


def _judge_owner(server: ApiServer, pod: Object, node: str) -> str:
    owners = pod["metadata"].get("ownerReferences") or []
    if len(owners) > 1:
        return f'node "{node}" can only create pods with a single owner reference set to itself'
    owner: Object = owners[0] if owners else {}
    if (owner.get("apiVersion"), owner.get("kind"), owner.get("name")) != ("v1", "Node", node):
        return f'node "{node}" can only create pods with an owner reference set to itself'
    if not owner.get("controller"):
        return f'node "{node}" can only create pods with a controller owner reference set to itself'
    if owner.get("blockOwnerDeletion"):
        return f'node "{node}" must not set blockOwnerDeletion on an owner reference'
    found = server.store.get(Key("nodes", "", node))
    if found is None:
        raise new_not_found("", "nodes", node)
    uid = found["metadata"]["uid"]
    return "" if owner.get("uid") == uid else f"node {node} UID mismatch: expected {owner.get('uid')} got {uid}"


def _judge_claim(attributes: Attributes, node: str) -> str:
    if attributes.subresource != "status" or attributes.operation != "UPDATE":
        return "may only update PVC status"
    if _without_sizes(attributes.obj or {}) == _without_sizes(attributes.old or {}):
        return ""
    return f'node "{node}" is not allowed to update fields other than status.capacity and status.conditions'


def _without_sizes(claim: Object) -> Object:
    metadata = {key: value for key, value in claim["metadata"].items() if key not in ("resourceVersion", "managedFields")}
    status = {key: value for key, value in (claim.get("status") or {}).items() if key not in _CLAIM_STATUS}
    return {**claim, "metadata": metadata, "status": status}


def _labels(obj: Object) -> Object:
    return (obj.get("metadata") or {}).get("labels") or {}


def _name(attributes: Attributes) -> str:
    return attributes.name or (attributes.obj or {}).get("metadata", {}).get("name") or ""


def _taints(node: Object) -> list[Object]:
    return (node.get("spec") or {}).get("taints") or []


_JUDGES = {"pods": _judge_pod, "nodes": _judge_node, "persistentvolumeclaims": _judge_claim}
