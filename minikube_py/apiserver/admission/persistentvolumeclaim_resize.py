"""PersistentVolumeClaimResize: only a bound claim grows, and only where its class says that its volumes can.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apimachinery.quantity import Quantity
    from minikube_py.apiserver.server import ApiServer

NAME = "PersistentVolumeClaimResize"
_NOT_BOUND = "Only bound persistent volume claims can be expanded"
_NOT_ALLOWED = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


def handles(attributes: Attributes) -> bool:
    """Changes of claims."""
    return attributes.operation == "UPDATE" and attributes.kind.resource == "persistentvolumeclaims"


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse a larger request of a claim that cannot grow. Raises Forbidden."""
    claim, old = attributes.obj, attributes.old
    assert claim is not None
    assert old is not None
    if _size_of(claim) <= _size_of(old):
        return
    if (old.get("status") or {}).get("phase") != "Bound":
        raise errors.new_forbidden("", "persistentvolumeclaims", attributes.name, _NOT_BOUND)
    name = storage_class_of(claim)
    found = server.store.get(Key("storageclasses.storage.k8s.io", "", name)) if name else None
    if found is None or not found.get("allowVolumeExpansion"):
        raise errors.new_forbidden("", "persistentvolumeclaims", attributes.name, _NOT_ALLOWED)


def _size_of(claim: dict[str, Any]) -> Quantity:
    from minikube_py.apimachinery.quantity import parse_quantity

    return parse_quantity(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0")
