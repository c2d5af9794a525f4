"""What every new cluster has before anybody asks: the namespaces, system priorities, default roles and the API's own Service."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.authorization.bootstrap import create_defaults
from minikube_py.apiserver.kubernetes_service import NAME, NAMESPACE, KubernetesService
from minikube_py.apiserver.service_blocks import CLUSTER_CIDR
from minikube_py.apiserver.system_namespaces import create_all
from minikube_py.client.reconcile import Key
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer

Object = dict[str, Any]
SYSTEM_PRIORITIES = (
    (
        "system-cluster-critical",
        2000000000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    ("system-node-critical", 2000001000, "Used for system critical pods that must not be moved from their current node."),
)


def bootstrap(server: KubeApiServer, api_address: str, api_port: int) -> None:
    """Create what is missing, in one commit."""
    with server.store.transaction():
        create_all(server)
        for name, value, description in SYSTEM_PRIORITIES:
            body = {"metadata": {"name": name}, "value": value, "description": description}
            _create(
                server,
                "scheduling.k8s.io",
                "priorityclasses",
                {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", **body},
            )
        block = {"metadata": {"name": "kubernetes"}, "spec": {"cidrs": [CLUSTER_CIDR]}}
        _create(
            server,
            "networking.k8s.io",
            "servicecidrs",
            {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", **block},
        )
        create_defaults(server)
        with suppress(errors.Forbidden):  # somebody deleted it, and a quota is used up: its controller goes on trying
            KubernetesService(server, api_address, api_port).reconcile(Key(NAMESPACE, NAME))


def _create(server: KubeApiServer, group: str, resource: str, obj: Object) -> None:
    version = obj["apiVersion"].rpartition("/")[2]
    try:
        server.handle(Request("create", group, version, resource, params={"fieldManager": "kube-apiserver"}, body=obj))
    except errors.AlreadyExists:
        return
