"""minikube's add-ons, and the API, or the object, by which each is recognised where the cluster has what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.client.discovery import NoSuchResource
from minikube_py.client.resources import STORAGE_CLASSES
from minikube_py.client.rest import Client

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]
DEFAULT_CLASS, STANDARD = "default-storageclass", "standard"  # the add-on and what it makes

ADDONS: dict[str, str] = {
    "dashboard": "",
    DEFAULT_CLASS: "storageclasses.storage.k8s.io",
    "ingress": "",
    "metrics-server": "pods.metrics.k8s.io",
    "registry": "",
    "storage-provisioner": "storageclasses.storage.k8s.io",
}
"""Add-on -> the type of object that is served where it is built in; "" where it never is."""


def is_built_in(name: str, factory: Factory) -> bool:
    """Return whether the cluster has what the add-on brings."""
    if not ADDONS[name]:
        return False
    try:
        factory.discovery.find(ADDONS[name])
        if name == DEFAULT_CLASS:
            factory.client().get(STORAGE_CLASSES, STANDARD)
    except (NoSuchResource, NotFound):
        return False
    return True


def create_default_class(client: Client) -> None:
    """Make the class of claims that name none: folders of the node, by minikube's provisioner. Raises AlreadyExists."""
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    labels = {"addonmanager.kubernetes.io/mode": "EnsureExists"}
    body: Object = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STANDARD, "annotations": annotations, "labels": labels},
        "provisioner": "k8s.io/minikube-hostpath",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
    }
    client.create(STORAGE_CLASSES, body)
