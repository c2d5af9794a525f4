"""The IPAddress object of each service's address: it comes with the service's allocation and goes with the service.

Upstream the API server's allocator makes them: pkg/registry/core/service/ipallocator. KEP-1880.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.addresses import parse_ip
from minikube_py.client.object_writes import create_missing
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import IP_ADDRESSES, SERVICES

Object = dict[str, Any]
MANAGED_BY = "ipallocator.k8s.io"
LABELS = ("ipaddress.kubernetes.io/ip-family", "ipaddress.kubernetes.io/managed-by")


class IPAddresses:
    """Reconciles one address: the key's name is the address, its namespace is empty."""

    def __init__(self, context: Context) -> None:
        self._client = context.client
        self._addresses, self._services = context.lister(IP_ADDRESSES), context.lister(SERVICES)
        self._holders: dict[str, Key] = {}

    def note(self, address: str, holder: Key) -> None:
        """Remember which service has, or had, an address."""
        self._holders[address] = holder

    def reconcile(self, key: Key) -> Result:
        """Make the object of an address that a service has, delete that of one which none has any more."""
        found, holder = self._addresses.get("", key.name), self._holders.get(key.name) or _parent_of(self._addresses, key.name)
        service = self._services.get(*holder) if holder is not None else None
        held = service is not None and key.name in list_addresses(service)
        if held and found is None:
            assert holder is not None
            self._create(key.name, holder)
        elif not held:
            self._holders.pop(key.name, None)
            if found is not None and (found["metadata"].get("labels") or {}).get(LABELS[1]) == MANAGED_BY:
                self._client.delete(IP_ADDRESSES, key.name)
        return Result()

    def _create(self, address: str, holder: Key) -> None:
        ip = parse_ip(address)
        if ip is None:
            return
        labels = dict(zip(LABELS, (f"IPv{ip.version}", MANAGED_BY), strict=True))
        parent = {"group": "", "resource": "services", "namespace": holder.namespace, "name": holder.name}
        metadata = {"name": str(ip), "labels": labels}
        body = {"apiVersion": "networking.k8s.io/v1", "kind": "IPAddress", "metadata": metadata, "spec": {"parentRef": parent}}
        create_missing(self._client, IP_ADDRESSES, body)


def list_addresses(service: Object) -> list[str]:
    """Return the cluster's addresses of a service."""
    return [address for address in service["spec"].get("clusterIPs") or () if address and address != "None"]


def _parent_of(addresses: Any, name: str) -> Key | None:
    parent = ((addresses.get("", name) or {}).get("spec") or {}).get("parentRef")
    return Key(parent.get("namespace", ""), parent.get("name", "")) if parent else None


def _service_changed(service: Object, context: Context) -> Iterable[Key]:
    reconciler: IPAddresses = context.reconciler
    metadata = service["metadata"]
    holder = Key(metadata["namespace"], metadata["name"])
    for address in list_addresses(service):
        if context.lister(SERVICES).get(*holder) is not None:
            reconciler.note(address, holder)
        yield Key("", address)


CONTROLLER = Controller("ip-addresses", (Watch(IP_ADDRESSES), Watch(SERVICES, _service_changed)), IPAddresses)
