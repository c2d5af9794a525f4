"""minikube's add-ons, and the API by which each is recognised where the cluster has what it brings."""

from __future__ import annotations

from minikube_py.client.discovery import Discovery, NoSuchResource

ADDONS: dict[str, str] = {
    "dashboard": "",
    "default-storageclass": "storageclasses.storage.k8s.io",
    "ingress": "",
    "metrics-server": "pods.metrics.k8s.io",
    "registry": "",
    "storage-provisioner": "storageclasses.storage.k8s.io",
}
"""Add-on -> the type of object that is served where it is built in; "" where it never is."""


def is_built_in(name: str, discovery: Discovery) -> bool:
    """Return whether the cluster has what the add-on brings."""
    if not ADDONS[name]:
        return False
    try:
        discovery.find(ADDONS[name])
    except NoSuchResource:
        return False
    return True
