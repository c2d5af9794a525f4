"""DefaultStorageClass: a claim that names no class gets the default one, the newest where there are several.

https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apis.core.persistent_storage import CLASS_ANNOTATION
from minikube_py.apis.default_classes import choose_newest
from minikube_py.apis.storage.storageclass import is_default
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "DefaultStorageClass"


def handles(attributes: Attributes) -> bool:
    """New claims."""
    return attributes.operation == "CREATE" and attributes.kind.resource == "persistentvolumeclaims"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Fill in spec.storageClassName; "" is a choice, not an omission."""
    claim = attributes.obj
    assert claim is not None
    annotated = CLASS_ANNOTATION in (claim["metadata"].get("annotations") or {})
    if annotated or claim["spec"].get("storageClassName") is not None:
        return
    found = choose_newest(c for c in server.store.list(Query("storageclasses.storage.k8s.io")).items if is_default(c))
    if found is not None:
        claim["spec"]["storageClassName"] = found["metadata"]["name"]
