"""StorageObjectInUseProtection: a claim stays while a pod uses it, a volume while a claim has it.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apiserver.admission_attributes import Attributes

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "StorageObjectInUseProtection"
FINALIZERS = {
    "persistentvolumes": "kubernetes.io/pv-protection",
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
}


def handles(attributes: Attributes) -> bool:
    """New volumes and claims."""
    return attributes.operation == "CREATE" and attributes.kind.resource in FINALIZERS


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Add the finalizer that the protection controllers take away again."""
    assert attributes.obj is not None
    metadata, finalizer = attributes.obj["metadata"], FINALIZERS[attributes.kind.resource]
    if finalizer not in (metadata.get("finalizers") or ()):
        metadata["finalizers"] = [*(metadata.get("finalizers") or ()), finalizer]
