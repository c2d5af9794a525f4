"""service-cidr-controller: says that the blocks of service addresses are ready, and keeps each while addresses are from it.

Upstream: pkg/controller/servicecidrs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.addresses import parse_cidr, parse_ip
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import IP_ADDRESSES, SERVICE_CIDRS
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
FINALIZER = "networking.k8s.io/service-cidr-finalizer"
DEFAULT = "kubernetes"
READY, DEFAULT_READY = "Kubernetes Service CIDR is ready", "Kubernetes default Service CIDR is ready"
IN_USE = "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR"


class ServiceCIDRs:
    """Reconciles one ServiceCIDR."""

    def __init__(self, context: Context) -> None:
        self._client, self._clock = context.client, context.clock
        self._cidrs, self._addresses = context.lister(SERVICE_CIDRS), context.lister(IP_ADDRESSES)

    def reconcile(self, key: Key) -> Result:
        """Hold a block and call it ready, or let one go that nothing is from."""
        cidr = self._cidrs.get("", key.name)
        if cidr is None:
            return Result()
        finalizers = cidr["metadata"].get("finalizers") or []
        if cidr["metadata"].get("deletionTimestamp"):
            if FINALIZER in finalizers and self._is_used(cidr):
                self._set_ready(cidr, "False", "Terminating", IN_USE)
            elif FINALIZER in finalizers:
                self._write(cidr, [name for name in finalizers if name != FINALIZER])
            return Result()
        if FINALIZER not in finalizers:
            cidr = self._write(cidr, [*finalizers, FINALIZER])
        if find_condition((cidr.get("status") or {}).get("conditions") or [], "Ready") is None:
            self._set_ready(cidr, "True", "", DEFAULT_READY if key.name == DEFAULT else READY)
        return Result()

    def _is_used(self, cidr: Object) -> bool:
        """Return whether an address is from this block and from none that stays."""
        others = [other for other in self._cidrs.list() if not other["metadata"].get("deletionTimestamp")]
        kept = [block for other in others for block in _blocks_of(other)]
        for address in self._addresses.list():
            ip = parse_ip(address["metadata"]["name"])
            if any(ip in block for block in _blocks_of(cidr)) and not any(ip in block for block in kept):
                return True
        return False

    def _write(self, cidr: Object, finalizers: list[str]) -> Object:
        return self._client.update(SERVICE_CIDRS, {**cidr, "metadata": {**cidr["metadata"], "finalizers": finalizers}})

    def _set_ready(self, cidr: Object, status: str, reason: str, message: str) -> None:
        now = format_rfc3339(self._clock.now())
        condition = {"type": "Ready", "status": status, "reason": reason, "message": message, "lastTransitionTime": now}
        before = find_condition((cidr.get("status") or {}).get("conditions") or [], "Ready")
        if before is None or (before["status"], before.get("message")) != (status, message):
            body = {**cidr, "status": {"conditions": [condition]}}
            self._client.update(SERVICE_CIDRS, body, subresource="status")


def _blocks_of(cidr: Object) -> list[Any]:
    texts = cidr["spec"].get("cidrs") or ()
    return [block for text in texts if (block := parse_cidr(text)) is not None]


def _address_changed(address: Object, context: Context) -> Iterable[Key]:
    return [
        Key("", c["metadata"]["name"]) for c in context.lister(SERVICE_CIDRS).list() if c["metadata"].get("deletionTimestamp")
    ]


CONTROLLER = Controller("service-cidr-controller", (Watch(SERVICE_CIDRS), Watch(IP_ADDRESSES, _address_changed)), ServiceCIDRs)
