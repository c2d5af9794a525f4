"""The Service kube-dns in kube-system: the name of the cluster's DNS. It has no pods, for the proxy answers itself (`proxy/dns.py`)."""

from __future__ import annotations

from typing import Any

from minikube_py.client.object_writes import create_missing
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NAMESPACES, SERVICES

Object = dict[str, Any]
KEY = Key("kube-system", "kube-dns")
LABELS = {"k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}


class DnsService:
    """Reconciles the one Service there is."""

    def __init__(self, context: Context, address: str) -> None:
        self._context, self._address = context, address

    def reconcile(self, key: Key) -> Result:
        """Create the Service where it is missing. Raises Invalid where another has its address."""
        namespace = self._context.lister(NAMESPACES).get("", key.namespace)
        if namespace is not None and self._context.lister(SERVICES).get(*key) is None:
            create_missing(self._context.client, SERVICES, describe(self._address))
        return Result()


def describe(address: str) -> Object:
    """Return the Service as it is created."""
    ports = [
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
    ]
    metadata = {"name": KEY.name, "namespace": KEY.namespace, "labels": LABELS}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"clusterIP": address, "ports": ports}}


def _is_concerned(obj: Object, context: Context) -> list[Key]:
    metadata = obj["metadata"]
    return [KEY] if (metadata.get("namespace"), metadata["name"]) == KEY or metadata["name"] == KEY.namespace else []


def make_controller(address: str) -> Controller:
    """Return the controller that watches over the Service, for clusters whose pods can ask at that address."""
    watches = (Watch(NAMESPACES, _is_concerned), Watch(SERVICES, _is_concerned))
    return Controller("kube-dns", watches, lambda context: DnsService(context, address))
