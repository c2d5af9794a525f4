"""NamespaceLifecycle: nothing is made in a namespace that does not exist or is going away; some namespaces stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery import errors
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "NamespaceLifecycle"
IMMORTAL = ("default", "kube-system", "kube-public")


def handles(attributes: Attributes) -> bool:
    """Creations in a namespace, and deletions of one."""
    if attributes.operation == "CREATE":
        return attributes.kind.namespaced
    return attributes.operation == "DELETE" and attributes.kind.resource == "namespaces"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Refuse a creation whose namespace is not there; NotFound names the namespace, as Kubernetes does."""
    kind, name = attributes.kind, attributes.name
    if attributes.operation == "DELETE":
        return
    namespace = server.store.get(Key("namespaces", "", attributes.namespace))
    if namespace is None:
        raise errors.new_not_found("", "namespaces", attributes.namespace)
    if namespace["metadata"].get("deletionTimestamp"):
        why = f"unable to create new content in namespace {attributes.namespace} because it is being terminated"
        error = errors.new_forbidden(kind.group, kind.plural, name, why)
        cause = {
            "reason": errors.NAMESPACE_TERMINATING,
            "message": f"namespace {attributes.namespace} is being terminated",
            "field": "metadata.namespace",
        }
        error.details = {**(error.details or {}), "causes": [cause]}
        raise error


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse to delete the namespaces that every cluster has."""
    if attributes.operation == "DELETE" and attributes.name in IMMORTAL:
        raise errors.new_forbidden("", "namespaces", attributes.name, "this namespace may not be deleted")
