"""Connections to the pods behind a Service, for who has no place in the pods' network: the API server that calls webhooks.

Upstream: k8s.io/apiserver/pkg/util/proxy.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.cri.runtime import CRIError
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer

Object = dict[str, Any]
DialPod = Callable[[str, int, float], socket.socket]  # by the pod's uid
SERVICE_LABEL = "kubernetes.io/service-name"
SECONDS = 5.0


class ServiceDialer:
    """Dials the ready endpoints of a Service in turn: pods by `dial_pod`, other addresses directly."""

    def __init__(self, server: KubeApiServer, dial_pod: DialPod) -> None:
        self._server, self._dial_pod = server, dial_pod

    def __call__(self, namespace: str, name: str, port: int) -> socket.socket:
        """Connect to a port of a Service. Raises ConnectionError, whose text says why not."""
        store = self._server.store
        service = store.get(Key("services", namespace, name))
        if service is None:
            raise ConnectionError(f'service "{name}" not found')
        spec = service["spec"]
        found = next((p for p in spec.get("ports") or () if p["port"] == port), None)
        if found is None:
            raise ConnectionError(f'no service port {port} found for service "{name}"')
        if spec.get("type") == "ExternalName":
            return socket.create_connection((spec["externalName"], port), SECONDS)
        slices = store.list(Query("endpointslices.discovery.k8s.io", namespace)).items
        own = [s for s in slices if (s["metadata"].get("labels") or {}).get(SERVICE_LABEL) == name]
        for dial in self._list_ways(own, found.get("name") or ""):
            try:
                return dial()
            except (OSError, CRIError):
                continue
        if spec.get("clusterIP") in (None, "", "None"):
            raise ConnectionError(f'no endpoints available for service "{name}"')
        raise ConnectionError(f"dial tcp {spec['clusterIP']}:{port}: connect: connection refused")

    def _list_ways(self, slices: list[Object], port_name: str) -> Iterator[Callable[[], socket.socket]]:
        for one in slices:
            number = next(
                (p["port"] for p in one.get("ports") or () if (p.get("name") or "") == port_name and p.get("port")), 0
            )
            for endpoint in one.get("endpoints") or () if number else ():
                if (endpoint.get("conditions") or {}).get("ready") is not False:
                    yield self._make_way(endpoint, number)

    def _make_way(self, endpoint: Object, port: int) -> Callable[[], socket.socket]:
        reference = endpoint.get("targetRef") or {}
        if reference.get("kind") == "Pod":
            return lambda: self._dial_pod(reference["uid"], port, SECONDS)
        return lambda: socket.create_connection((endpoint["addresses"][0], port), SECONDS)
