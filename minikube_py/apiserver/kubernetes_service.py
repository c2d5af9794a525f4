"""The Service `kubernetes` in the namespace default: how pods find the API. It comes back when somebody deletes it.

Upstream: pkg/controlplane/controller/kubernetesservice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.request import Request
from minikube_py.client.resources import ENDPOINT_SLICES, ENDPOINTS, SERVICES, Resource

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer

Object = dict[str, Any]
NAMESPACE, NAME = "default", "kubernetes"
SERVICE_IP = "10.96.0.1"


class KubernetesService:
    """The Service and its endpoints, for an API that answers at `address`:`port`. Reconciles the one key there is."""

    def __init__(self, server: KubeApiServer, address: str, port: int) -> None:
        self._server, self._address, self._port = server, address, port

    def reconcile(self, key: Key) -> Result:
        """Create what is missing of the three objects."""
        self._create(SERVICES, self._describe_service())
        self._create(ENDPOINTS, self._describe_endpoints())
        self._create(ENDPOINT_SLICES, self._describe_slice())
        return Result()

    def _describe_service(self) -> Object:
        labels = {"component": "apiserver", "provider": "kubernetes"}
        port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": self._port}
        spec = {"clusterIP": SERVICE_IP, "ports": [port], "type": "ClusterIP"}
        return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME, "labels": labels}, "spec": spec}

    def _describe_endpoints(self) -> Object:
        metadata = {"name": NAME, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}
        subset = {"addresses": [{"ip": self._address}], "ports": [self._describe_port()]}
        return {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": [subset]}

    def _describe_slice(self) -> Object:
        return {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": NAME, "labels": {"kubernetes.io/service-name": NAME}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [self._address], "conditions": {"ready": True}}],
            "ports": [self._describe_port()],
        }

    def _describe_port(self) -> Object:
        return {"name": "https", "port": self._port, "protocol": "TCP"}

    def _create(self, resource: Resource, obj: Object) -> None:
        """Create an object unless it is there. It is looked for first: a quota that is used up refuses one that is there, too."""
        where = (resource.group, resource.version, resource.plural, NAMESPACE)
        try:
            self._server.handle(Request("get", *where, NAME))
        except errors.NotFound:
            params = {"fieldManager": "kube-apiserver"}
            self._server.handle(Request("create", *where, params=params, body=obj))


def make_controller(service: KubernetesService) -> Controller:
    """Return the controller that watches over the three objects."""

    def keys_of(obj: Object, context: Context) -> list[Key]:
        metadata = obj["metadata"]
        return [Key(NAMESPACE, NAME)] if (metadata["namespace"], metadata["name"]) == (NAMESPACE, NAME) else []

    watches = tuple(Watch(resource, keys_of) for resource in (SERVICES, ENDPOINTS, ENDPOINT_SLICES))
    return Controller("kubernetes-service", watches, lambda context: service)
