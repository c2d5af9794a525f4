"""Where a Service is reached: its addresses in the pods' network, and those of the host."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from minikube_py.proxy.targets import Target, list_targets

Object = dict[str, Any]
LOOPBACK = "127.0.0.1"
PROTOCOLS = ("TCP", "UDP")


class Place(NamedTuple):
    """Where connections are accepted: an address of the pods' network, or one of the host."""

    host: bool
    address: str
    port: int
    protocol: str = "TCP"


class Route(NamedTuple):
    """What is served at a place: targets, and by which rules a connection gets one of them."""

    targets: tuple[Target, ...]
    local: bool = False  # only those of the client's node
    sticky_seconds: float = 0.0  # a client goes where it went before, for so long
    sources: tuple[str, ...] = ()  # blocks of addresses that may connect; none: all
    source: str = ""  # an address of the Service's in the pods' network, from which datagrams come
    health: str = ""  # answered to anybody, instead of a pod's answers

    def admits(self, client: str) -> bool:
        """Return whether a client may connect."""
        return not self.sources or any(_is_within(client, block) for block in self.sources)


def _is_within(address: str, block: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(block.strip(), strict=False)
    except ValueError:
        return False


def find_routes(service: Object, slices: Iterable[Object], *, networked: bool) -> dict[Place, Route]:
    """Return the places of a Service. `networked`: pods have a network of their own, in which cluster IPs can be served.

    Nobody listens in that network for what has no targets, so that connections are refused; on the host somebody always does,
    so that a port stays the Service's.
    """
    known = list(slices)
    routes: dict[Place, Route] = {}
    for port in service["spec"].get("ports") or ():
        if port.get("protocol", "TCP") in PROTOCOLS:
            targets = tuple(list_targets(known, port.get("name") or ""))
            routes.update(_find_routes_of_port(service, port, targets, networked))
    if number := service["spec"].get("healthCheckNodePort"):
        routes[Place(True, LOOPBACK, number)] = Route((), health=describe_health(service, known))
    return routes


def _find_routes_of_port(
    service: Object, port: Object, targets: tuple[Target, ...], networked: bool
) -> Iterator[tuple[Place, Route]]:
    spec = service["spec"]
    seconds = 0.0
    if spec.get("sessionAffinity") == "ClientIP":
        seconds = float(((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds") or 10800)
    protocol, number, own = port.get("protocol", "TCP"), port["port"], spec.get("clusterIP") or "None"
    outside = Route(targets, sticky_seconds=seconds, source=own)  # this machine is every node: no target is on another
    inside = outside._replace(local=spec.get("internalTrafficPolicy") == "Local")
    if networked and targets:
        addresses = [own, *(spec.get("externalIPs") or ())]
        yield from ((Place(False, address, number, protocol), inside) for address in addresses if address != "None")
    if port.get("nodePort"):
        yield Place(True, LOOPBACK, port["nodePort"], protocol), outside
    guarded = outside._replace(sources=tuple(spec.get("loadBalancerSourceRanges") or ()))
    for address in list_balanced(service):
        yield Place(True, address, number, protocol), guarded


def list_balanced(service: Object) -> list[str]:
    """Return the addresses of this machine's loopback that a Service of type LoadBalancer has."""
    if service["spec"].get("type") != "LoadBalancer":
        return []
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [one["ip"] for one in ingress if _is_within(one.get("ip") or "", "127.0.0.0/8")]


def describe_health(service: Object, slices: Iterable[Object]) -> str:
    """Return the HTTP answer of a Service's health check: whether its nodes, all of which are here, have ready pods."""
    import json

    endpoints = [endpoint for one in slices for endpoint in one.get("endpoints") or ()]
    count = sum(bool((endpoint.get("conditions") or {}).get("ready", True)) for endpoint in endpoints)
    metadata = service["metadata"]
    name = {"namespace": metadata["namespace"], "name": metadata["name"]}
    body = json.dumps({"service": name, "localEndpoints": count, "serviceProxyHealthy": True})
    status = "200 OK" if count else "503 Service Unavailable"
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"X-Load-Balancing-Endpoint-Weight: {count}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", body])
