"""endpointslice-controller: the EndpointSlices of every Service with a selector. Upstream: pkg/controller/endpointslice.

https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apis.discovery.endpointslice import MANAGED_BY_LABEL
from minikube_py.client import zone_hints
from minikube_py.client.endpoint_slices import SERVICE_NAME_LABEL, Frame, Group, apply_changes, plan_slices
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ENDPOINT_SLICES, NODES, PODS, SERVICES
from minikube_py.client.service_endpoints import (
    TRIGGER_ANNOTATION,
    TriggerTimes,
    belongs_in_endpoints,
    has_selected_endpoints,
    hostname_of,
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
MANAGER = "endpointslice-controller.k8s.io"
ENABLED, DISABLED = "Topology Aware Hints has been enabled", "Topology Aware Hints has been disabled"
PREFERS_OWN_ZONE = ("PreferClose",)  # KEP-4444


class EndpointSliceController:
    """Reconciles the slices of one Service. Those of a Service that is gone are the garbage collector's."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._triggers = TriggerTimes()
        self._recorder = context.recorder("endpoint-slice-controller")
        self._hinted: set[Key] = set()  # Services whose endpoints are shared out among zones
        self.asking: set[Key] = set()  # those that want it
        self.weights: dict[str, float] = {}

    def reconcile(self, key: Key) -> Result:
        """Write the slices that the Service's pods make."""
        service = self._context.lister(SERVICES).get(*key)
        if service is None:
            self._triggers.forget(key)
            self._hinted.discard(key)
            self.asking.discard(key)
            return Result()
        if not has_selected_endpoints(service) or service["metadata"].get("deletionTimestamp"):
            return Result()
        pods = [p for p in list_pods(self._context, service) if belongs_in_endpoints(p, include_terminating=True)]
        found = (self._context.lister(NODES).get("", name) for name in {p["spec"].get("nodeName") or "" for p in pods})
        zones = {
            n["metadata"]["name"]: (n["metadata"].get("labels") or {}).get(zone_hints.ZONE_LABEL, "")
            for n in found
            if n is not None
        }
        trigger = self._triggers.tell_change(key, service, pods)
        frame = Frame(service, make_labels(service), {TRIGGER_ANNOTATION: trigger} if trigger else {})
        slices = self._context.lister(ENDPOINT_SLICES).by_owner(service["metadata"]["uid"])
        mine = [s for s in slices if s["metadata"].get("labels", {}).get(MANAGED_BY_LABEL) == MANAGER]
        groups = make_groups(service, pods, zones)
        self._hint(key, service, groups)
        apply_changes(self._context.client, plan_slices(groups, mine, frame))
        return Result()

    def _hint(self, key: Key, service: Object, groups: list[Group]) -> None:
        """Share the endpoints out among zones where the Service wants that, and tell whether it could be done."""
        if not zone_hints.is_asked_for(service):
            if key in self._hinted:
                self._tell(service, "Warning", DISABLED, groups[0].address_type)
            self._hinted.discard(key)
            self.asking.discard(key)
            return
        self.asking.add(key)
        self.weights = zone_hints.weigh_zones(self._context.lister(NODES).list())
        for family in dict.fromkeys(group.address_type for group in groups):
            endpoints = [e for g in groups if g.address_type == family for e in g.endpoints if e["conditions"]["ready"]]
            endpoints.sort(key=lambda e: str(e["targetRef"]["name"]))
            try:
                chosen = zone_hints.choose_zones([e.get("zone", "") for e in endpoints], self.weights)
            except zone_hints.Unshared as why:
                self._hinted.discard(key)
                self._tell(service, "Warning", str(why), family)
                continue
            for endpoint, zone in zip(endpoints, chosen, strict=True):
                endpoint["hints"] = {"forZones": [{"name": zone}]}
            if key not in self._hinted:
                self._hinted.add(key)
                self._tell(service, "Normal", ENABLED, family)

    def _tell(self, service: Object, event_type: str, message: str, family: str) -> None:
        reason = "TopologyAwareHintsEnabled" if event_type == "Normal" else "TopologyAwareHintsDisabled"
        self._recorder.event(service, event_type, reason, f"{message}, addressType: {family}")


def make_labels(service: Object) -> dict[str, str]:
    """Return the labels of a Service's slices: its own, which Service, who manages them, and whether it is headless."""
    labels = {
        **(service["metadata"].get("labels") or {}),
        SERVICE_NAME_LABEL: service["metadata"]["name"],
        MANAGED_BY_LABEL: MANAGER,
    }
    return label_headless(labels, service)


def make_groups(service: Object, pods: Iterable[Object], zones: dict[str, str]) -> list[Group]:
    """Return the Service's endpoints by address family and ports; a family without any has one empty group."""
    groups: list[Group] = []
    listed = list(pods)
    for family in service["spec"].get("ipFamilies") or ["IPv4"]:
        found: dict[str, Group] = {}
        for pod in listed:
            endpoint = make_endpoint(pod, service, family, zones)
            if endpoint is None:
                continue
            ports = [{"name": "", **port} for port in list_ports(pod, service)]
            found.setdefault(repr(ports), Group(family, ports, [])).endpoints.append(endpoint)
        groups += found.values() or [Group(family, [], [])]
    return groups


def make_endpoint(pod: Object, service: Object, family: str, zones: dict[str, str]) -> Object | None:
    """Return the Endpoint of a pod, or None where it has no address of that family."""
    ips = [ip for ip in list_ips(pod) if is_of_family(ip, family)]
    if not ips:
        return None
    serving, terminating = is_ready(pod), bool(pod["metadata"].get("deletionTimestamp"))
    ready = publishes_not_ready(service) or (serving and not terminating)
    endpoint: Object = {"addresses": ips, "conditions": {"ready": ready, "serving": serving, "terminating": terminating}}
    if hostname := hostname_of(pod, service):
        endpoint["hostname"] = hostname
    if node := pod["spec"].get("nodeName"):
        endpoint["nodeName"] = node
        if zone := zones.get(node):
            endpoint["zone"] = zone
            if (
                ready
                and service["spec"].get("trafficDistribution") in PREFERS_OWN_ZONE
                and not zone_hints.is_asked_for(service)
            ):
                endpoint["hints"] = {"forZones": [{"name": zone}]}
    endpoint["targetRef"] = reference_pod(pod)
    return endpoint


def _keys_by_slice(slice_: Object, context: Context) -> list[Key]:
    labels = slice_["metadata"].get("labels") or {}
    if labels.get(MANAGED_BY_LABEL) != MANAGER or SERVICE_NAME_LABEL not in labels:
        return []
    return [Key(slice_["metadata"]["namespace"], labels[SERVICE_NAME_LABEL])]


def _node_changed(node: Object, context: Context) -> list[Key]:
    """Share out anew where the zones weigh otherwise than before."""
    controller: EndpointSliceController = context.reconciler
    if not controller.asking or zone_hints.weigh_zones(context.lister(NODES).list()) == controller.weights:
        return []
    return sorted(controller.asking)


CONTROLLER = Controller(
    "endpointslice",
    (Watch(SERVICES), Watch(PODS, keys_by_pod), Watch(ENDPOINT_SLICES, _keys_by_slice), Watch(NODES, _node_changed)),
    EndpointSliceController,
)
