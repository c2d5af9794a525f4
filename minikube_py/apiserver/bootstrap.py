"""What every new cluster has before anybody asks: the namespaces, system priorities and the API's own Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
SYSTEM_PRIORITIES = (
    (
        "system-cluster-critical",
        2000000000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    ("system-node-critical", 2000001000, "Used for system critical pods that must not be moved from their current node."),
)
SERVICE_IP = "10.96.0.1"


def bootstrap(server: ApiServer, api_address: str, api_port: int) -> None:
    """Create what is missing, in one commit."""
    with server.store.transaction():
        for name in NAMESPACES:
            _create(server, "", "namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for name, value, description in SYSTEM_PRIORITIES:
            body = {"metadata": {"name": name}, "value": value, "description": description}
            _create(
                server,
                "scheduling.k8s.io",
                "priorityclasses",
                {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", **body},
            )
        labels = {"component": "apiserver", "provider": "kubernetes"}
        port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": api_port}
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "kubernetes", "labels": labels},
            "spec": {"clusterIP": SERVICE_IP, "ports": [port], "type": "ClusterIP"},
        }
        _create(server, "", "services", service, "default")
        subset = {"addresses": [{"ip": api_address}], "ports": [{"name": "https", "port": api_port, "protocol": "TCP"}]}
        metadata = {"name": "kubernetes", "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}
        _create(
            server,
            "",
            "endpoints",
            {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": [subset]},
            "default",
        )
        slice_ = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "kubernetes", "labels": {"kubernetes.io/service-name": "kubernetes"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [api_address], "conditions": {"ready": True}}],
            "ports": [{"name": "https", "port": api_port, "protocol": "TCP"}],
        }
        _create(server, "discovery.k8s.io", "endpointslices", slice_, "default")


def _create(server: ApiServer, group: str, resource: str, obj: Object, namespace: str = "") -> None:
    version = obj["apiVersion"].rpartition("/")[2]
    try:
        server.handle(
            Request("create", group, version, resource, namespace, params={"fieldManager": "kube-apiserver"}, body=obj)
        )
    except errors.AlreadyExists:
        return
