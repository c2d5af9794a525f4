"""TaintNodesByCondition: a new node takes no pods until it is known to be ready.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#taintnodesbycondition
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apiserver.admission_attributes import Attributes

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "TaintNodesByCondition"
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def handles(attributes: Attributes) -> bool:
    """New nodes."""
    return attributes.operation == "CREATE" and not attributes.subresource


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Add the taint that the node lifecycle controller takes away."""
    assert attributes.obj is not None
    spec = attributes.obj["spec"] = attributes.obj.get("spec") or {}
    taints = spec["taints"] = spec.get("taints") or []
    if not any(t.get("key") == NOT_READY["key"] and t.get("effect") == NOT_READY["effect"] for t in taints):
        taints.append(dict(NOT_READY))
