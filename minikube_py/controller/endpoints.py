"""endpoint-controller: the Endpoints of every Service with a selector. Upstream: pkg/controller/endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ENDPOINTS, PODS, SERVICES
from minikube_py.client.service_endpoints import (
    TRIGGER_ANNOTATION,
    TriggerTimes,
    belongs_in_endpoints,
    has_selected_endpoints,
    hostname_of,
    is_headless,
    is_of_family,
    is_ready,
    keys_by_pod,
    label_headless,
    list_ips,
    list_pods,
    list_ports,
    publishes_not_ready,
    reference_pod,
)

Object = dict[str, Any]
MANAGED_BY_LABEL = "endpoints.kubernetes.io/managed-by"
MANAGER = "endpoint-controller"
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
CAPACITY = 1000  # addresses that an Endpoints object holds at most


class EndpointsController:
    """Reconciles the Endpoints of one Service."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._triggers = TriggerTimes()

    def reconcile(self, key: Key) -> Result:
        """Write, or with the Service delete, the Endpoints."""
        service = self._context.lister(SERVICES).get(*key)
        current = self._context.lister(ENDPOINTS).get(*key)
        if service is None:
            self._triggers.forget(key)
            if current is not None:
                delete_exactly(self._context.client, ENDPOINTS, current)
            return Result()
        if not has_selected_endpoints(service):
            return Result()
        pods = [p for p in list_pods(self._context, service) if _is_listed(p, service)]
        subsets, truncated = truncate(make_subsets(service, pods))
        trigger = self._triggers.tell_change(key, service, pods)
        labels = make_labels(service)
        if current is not None and _is_right(current, subsets, labels, truncated):
            return Result()
        self._write(service, current, {"labels": labels, "subsets": subsets}, trigger, truncated)
        return Result()

    def _write(self, service: Object, current: Object | None, wanted: Object, trigger: str, truncated: bool) -> None:
        metadata = service["metadata"]
        new: Object = deep_copy(current) if current else {"apiVersion": "v1", "kind": "Endpoints"}
        new.setdefault("metadata", {"name": metadata["name"], "namespace": metadata["namespace"]})
        new["metadata"]["labels"] = wanted["labels"]
        new["subsets"] = wanted["subsets"]
        annotations = new["metadata"].setdefault(
            "annotations", dict(metadata.get("annotations") or {}) if current is None else {}
        )
        for name, value in ((TRIGGER_ANNOTATION, trigger), (OVER_CAPACITY, "truncated" if truncated else "")):
            if value:
                annotations[name] = value
            else:
                annotations.pop(name, None)
        if not annotations:
            del new["metadata"]["annotations"]
        if not new["subsets"]:
            del new["subsets"]
        if current is None:
            self._context.client.create(ENDPOINTS, new, metadata["namespace"])
        else:
            self._context.client.update(ENDPOINTS, new)


def _is_listed(pod: Object, service: Object) -> bool:
    return belongs_in_endpoints(pod, include_terminating=publishes_not_ready(service))


def _is_right(current: Object, subsets: list[Object], labels: Object, truncated: bool) -> bool:
    annotations = current["metadata"].get("annotations") or {}
    is_marked = annotations.get(OVER_CAPACITY) == "truncated"
    return (
        (current.get("subsets") or []) == subsets
        and (current["metadata"].get("labels") or {}) == labels
        and is_marked == truncated
    )


def make_labels(service: Object) -> Object:
    """Return the labels of a Service's Endpoints: its own, who manages them, and whether it is headless."""
    return label_headless({**(service["metadata"].get("labels") or {}), MANAGED_BY_LABEL: MANAGER}, service)


def make_subsets(service: Object, pods: Iterable[Object]) -> list[Object]:
    """Return the subsets: addresses that serve the same ports stand together. Sorted, so that they compare."""
    family = (service["spec"].get("ipFamilies") or ["IPv4"])[0]
    by_ports: dict[tuple[tuple[tuple[str, Any], ...], ...], tuple[list[Object], list[Object]]] = {}
    for pod in pods:
        address = make_address(pod, service, family)
        ports = list_ports(pod, service)
        if address is None or (not ports and not (is_headless(service) and not service["spec"].get("ports"))):
            continue
        group = tuple(tuple(sorted(p.items())) for p in sorted(ports, key=_port_rank))
        ready, not_ready = by_ports.setdefault(group, ([], []))
        (ready if publishes_not_ready(service) or is_ready(pod) else not_ready).append(address)
    return [_make_subset(group, *addresses) for group, addresses in sorted(by_ports.items())]


def _port_rank(port: Object) -> tuple[str, int, str]:
    return port.get("name", ""), port["port"], port["protocol"]


def _make_subset(ports: tuple[tuple[tuple[str, Any], ...], ...], ready: list[Object], not_ready: list[Object]) -> Object:
    subset: Object = {}
    for field, addresses in (("addresses", ready), ("notReadyAddresses", not_ready)):
        if addresses:
            subset[field] = sorted(addresses, key=lambda a: (a["ip"], a["targetRef"]["uid"]))
    if ports:
        subset["ports"] = [dict(port) for port in ports]
    return subset


def make_address(pod: Object, service: Object, family: str) -> Object | None:
    """Return the EndpointAddress of a pod, or None where it has no address of that family."""
    ip = next((ip for ip in list_ips(pod) if is_of_family(ip, family)), None)
    if ip is None:
        return None
    address: Object = {"ip": ip, "targetRef": reference_pod(pod)}
    if pod["spec"].get("nodeName"):
        address["nodeName"] = pod["spec"]["nodeName"]
    if hostname := hostname_of(pod, service):
        address["hostname"] = hostname
    return address


def truncate(subsets: list[Object]) -> tuple[list[Object], bool]:
    """Return the subsets cut to CAPACITY addresses, ready ones kept first, and whether any were cut off."""
    total = sum(len(s.get(f, ())) for s in subsets for f in ("addresses", "notReadyAddresses"))
    if total <= CAPACITY:
        return subsets, False
    left, kept = CAPACITY, [{**subset} for subset in subsets]
    for field in ("addresses", "notReadyAddresses"):
        for subset in kept:
            subset[field] = subset.get(field, [])[:left]
            left -= len(subset[field])
            if not subset[field]:
                del subset[field]
    return [s for s in kept if "addresses" in s or "notReadyAddresses" in s], True


def _keys_by_endpoints(endpoints: Object, context: Context) -> list[Key]:
    """Endpoints made by hand may have no Service; those of ours go with it."""
    metadata = endpoints["metadata"]
    key = Key(metadata["namespace"], metadata["name"])
    is_ours = (metadata.get("labels") or {}).get(MANAGED_BY_LABEL) == MANAGER
    return [key] if is_ours or context.lister(SERVICES).get(*key) is not None else []


CONTROLLER = Controller(
    "endpoints",
    (Watch(SERVICES), Watch(PODS, keys_by_pod), Watch(ENDPOINTS, _keys_by_endpoints)),
    EndpointsController,
)
