"""service-lb-controller: Services of type LoadBalancer get an address of this machine's loopback, at which kube-proxy serves them.

Every address of 127.0.0.0/8 can be bound without being root; where only 127.0.0.1 can (macOS), all Services share that. Upstream:
k8s.io/cloud-provider/controllers/service. https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import SERVICES
from minikube_py.proxy.places import LOOPBACK, list_balanced

Object = dict[str, Any]
NETWORK = ipaddress.ip_network("127.0.0.0/8")
COMPONENT = "service-controller"
_TAKEN = 'the requested address "{}" is another service\'s'


def can_bind(address: str) -> bool:
    """Return whether a process of this machine may listen at an address."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


class LoadBalancers:
    """Reconciles the address of one Service."""

    def __init__(self, context: Context, is_bindable: Callable[[str], bool]) -> None:
        self._client, self._services = context.client, context.lister(SERVICES)
        self._recorder = context.recorder(COMPONENT)
        self._is_bindable = is_bindable

    def reconcile(self, key: Key) -> Result:
        """Give the Service an address, or take it away with the type. Raises StatusError."""
        service = self._services.get(*key)
        if service is None or service["metadata"].get("deletionTimestamp"):
            return Result()
        held = (service.get("status") or {}).get("loadBalancer") or {}
        spec = service["spec"]
        if spec.get("type") != "LoadBalancer":
            if held.get("ingress"):
                self._recorder.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer")
                self._write(service, [])
                self._recorder.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer")
        elif not spec.get("loadBalancerClass") and not held.get("ingress"):
            self._ensure(service)
        return Result()

    def _ensure(self, service: Object) -> None:
        self._recorder.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer")
        taken = {address for other in self._services.list() for address in list_balanced(other)}
        wanted = service["spec"].get("loadBalancerIP") or ""
        if wanted and is_loopback(wanted):
            if wanted in taken:
                why = f"Error syncing load balancer: failed to ensure load balancer: {_TAKEN.format(wanted)}"
                self._recorder.event(service, "Warning", "SyncLoadBalancerFailed", why)
                return
            address = wanted
        else:
            address = choose_address(service["metadata"]["uid"], taken)
        if not self._is_bindable(address):
            address = LOOPBACK
        self._write(service, [{"ip": address, "ipMode": "VIP"}])
        self._recorder.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer")

    def _write(self, service: Object, ingress: list[Object]) -> None:
        status = {**(service.get("status") or {}), "loadBalancer": {"ingress": ingress} if ingress else {}}
        try:
            self._client.update(SERVICES, {**service, "status": status}, subresource="status")
        except NotFound:
            return


def is_loopback(address: str) -> bool:
    """Return whether a text is an address of the loopback network."""
    try:
        return ipaddress.ip_address(address) in NETWORK
    except ValueError:
        return False


def choose_address(uid: str, taken: set[str]) -> str:
    """Return a free address of the loopback network. It follows from the uid, so that two clusters hardly choose alike."""
    number = int.from_bytes(hashlib.sha256(uid.encode()).digest()[:4], "big")
    first, size = int(NETWORK[0]) + (1 << 16), (1 << 24) - (2 << 16)  # neither 127.0.* nor 127.255.*
    addresses = (str(ipaddress.ip_address(first + (number + step) % size)) for step in range(size))
    return next(a for a in addresses if a not in taken and not a.endswith((".0", ".255")))


def _service_changed(service: Object, context: Context) -> list[Key]:
    """Ask only for those that have, or are to have, an address."""
    metadata, held = service["metadata"], (service.get("status") or {}).get("loadBalancer")
    concerned = service["spec"].get("type") == "LoadBalancer" or held
    return [Key(metadata["namespace"], metadata["name"])] if concerned else []


def make_controller(is_bindable: Callable[[str], bool] = can_bind) -> Controller:
    """Return the controller, for runtimes whose pods can be reached."""
    return Controller(
        "service-lb-controller", (Watch(SERVICES, _service_changed),), lambda context: LoadBalancers(context, is_bindable)
    )
