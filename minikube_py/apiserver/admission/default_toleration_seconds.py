"""DefaultTolerationSeconds: pods stay five minutes on a node that is not ready or cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.tolerations import tolerates
from minikube_py.apiserver.admission_attributes import Attributes

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "DefaultTolerationSeconds"
SECONDS = 300
KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def handles(attributes: Attributes) -> bool:
    """New and changed pods."""
    return attributes.kind.resource == "pods" and attributes.operation in ("CREATE", "UPDATE") and not attributes.subresource


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Add the tolerations that the pod does not have."""
    assert attributes.obj is not None
    spec = attributes.obj.setdefault("spec", {})
    tolerations = list(spec.get("tolerations") or [])
    for key in KEYS:
        if not tolerates(tolerations, {"key": key, "effect": "NoExecute"}):
            tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS})
    spec["tolerations"] = tolerations
