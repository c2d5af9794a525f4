"""What the API server fills into services, and what it drops when their type changes."""

from __future__ import annotations

from minikube_py.apis.kind import Object

WITH_CLUSTER_IP = ("ClusterIP", "NodePort", "LoadBalancer")
WITH_NODE_PORT = ("NodePort", "LoadBalancer")
_ADDRESS_FIELDS = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")


def set_defaults(service: Object) -> None:
    """Fill in a Service, all but the addresses and ports that are allocated."""
    spec = service.setdefault("spec", {})
    service.setdefault("status", {}).setdefault("loadBalancer", {})
    spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        config = spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        config.setdefault("timeoutSeconds", 10800)
    kind = spec["type"] = spec.get("type") or "ClusterIP"
    for port in spec.get("ports") or ():
        port["protocol"] = port.get("protocol") or "TCP"
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    if is_externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if kind in WITH_CLUSTER_IP and spec.get("internalTrafficPolicy") is None:
        spec["internalTrafficPolicy"] = "Cluster"
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        set_ip_modes(service)
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]


def set_ip_modes(service: Object) -> None:
    """Say of a load balancer's addresses that they are its own, where nothing else was said."""
    for ingress in ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
        if ingress.get("ip"):
            ingress.setdefault("ipMode", "VIP")


def is_externally_accessible(spec: Object) -> bool:
    """Return whether a service can be reached from outside the cluster."""
    return spec.get("type") in WITH_NODE_PORT or (spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs")))


def prepare_for_update(new: Object, old: Object) -> None:
    """Keep what was allocated, and drop what the new type has no use for."""
    carry_allocations(new, old)
    _drop_unused(new["spec"], old["spec"])
    if not is_externally_accessible(new["spec"]) and new["spec"].get("externalTrafficPolicy") == old["spec"].get(
        "externalTrafficPolicy"
    ):
        new["spec"].pop("externalTrafficPolicy", None)


def carry_allocations(new: Object, old: Object) -> None:
    """Copy addresses and node ports that the new object leaves out from the old one.

    Whoever allocates must call this first, or a service would get another address. Calling it twice does no harm.
    """
    after, before = new["spec"], old["spec"]
    _normalize_addresses(after, before)
    if after.get("type") in WITH_CLUSTER_IP and before.get("type") in WITH_CLUSTER_IP:
        for field in _ADDRESS_FIELDS:
            if not after.get(field) and before.get(field):
                after[field] = before[field]
    if after.get("type") in WITH_NODE_PORT and before.get("type") in WITH_NODE_PORT:
        _carry_node_ports(after, before)
    port = before.get("healthCheckNodePort")
    if port and _needs_health_port(after) and _needs_health_port(before) and not after.get("healthCheckNodePort"):
        after["healthCheckNodePort"] = port


def _normalize_addresses(after: Object, before: Object) -> None:
    """Let `clusterIPs` follow a `clusterIP` that alone was changed, as clients do that know of one address only."""
    if after.get("clusterIP") == before.get("clusterIP") or after.get("clusterIPs") != before.get("clusterIPs"):
        return
    if after.get("clusterIP"):
        after["clusterIPs"] = [after["clusterIP"], *(after.get("clusterIPs") or [])[1:]]
    else:
        after.pop("clusterIP", None)
        after.pop("clusterIPs", None)


def _carry_node_ports(after: Object, before: Object) -> None:
    known = {(p.get("protocol"), p.get("port")): p.get("nodePort") for p in before.get("ports") or ()}
    taken = {p.get("nodePort") for p in after.get("ports") or ()}
    for port in after.get("ports") or ():
        allocated = known.get((port.get("protocol"), port.get("port")))
        if not port.get("nodePort") and allocated and allocated not in taken:
            port["nodePort"] = allocated


def _needs_health_port(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _drop_unused(after: Object, before: Object) -> None:
    """Drop fields of the old type that the user left as they were."""
    old_kind, kind = before.get("type"), after.get("type")
    if old_kind in WITH_CLUSTER_IP and kind not in WITH_CLUSTER_IP:
        _drop_same(after, before, _ADDRESS_FIELDS)
    if old_kind in WITH_NODE_PORT and kind not in WITH_NODE_PORT:
        ports = [p.get("nodePort") for p in after.get("ports") or ()]
        if ports == [p.get("nodePort") for p in before.get("ports") or ()]:
            for port in after.get("ports") or ():
                port.pop("nodePort", None)
    if old_kind == "LoadBalancer" and kind != "LoadBalancer":
        _drop_same(after, before, ("allocateLoadBalancerNodePorts", "loadBalancerClass"))
    if _needs_health_port(before) and not _needs_health_port(after):
        _drop_same(after, before, ("healthCheckNodePort",))


def _drop_same(after: Object, before: Object, fields: tuple[str, ...]) -> None:
    for field in fields:
        if after.get(field) == before.get(field):
            after.pop(field, None)
