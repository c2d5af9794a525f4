"""DefaultIngressClass: an ingress that names no class gets the default one, the newest where there are several.

https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apis.default_classes import choose_newest
from minikube_py.apis.networking.ingress_backends import CLASS_ANNOTATION
from minikube_py.apis.networking.ingressclass import DEFAULT_ANNOTATION
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "DefaultIngressClass"


def handles(attributes: Attributes) -> bool:
    """New ingresses."""
    return attributes.operation == "CREATE" and attributes.kind.resource == "ingresses.networking.k8s.io"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Fill in spec.ingressClassName."""
    ingress = attributes.obj
    assert ingress is not None
    annotated = CLASS_ANNOTATION in (ingress["metadata"].get("annotations") or {})
    if annotated or ingress["spec"].get("ingressClassName") is not None:
        return
    classes = server.store.list(Query("ingressclasses.networking.k8s.io")).items
    found = choose_newest(c for c in classes if (c["metadata"].get("annotations") or {}).get(DEFAULT_ANNOTATION) == "true")
    if found is not None:
        ingress["spec"]["ingressClassName"] = found["metadata"]["name"]
