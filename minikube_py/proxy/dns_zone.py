"""What the names of the cluster's domain stand for.

https://github.com/kubernetes/dns/blob/master/docs/specification.md
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Object = dict[str, Any]
ListObjects = Callable[[str], list[Object]]
SERVICE_LABEL = "kubernetes.io/service-name"
_REVERSE = ".in-addr.arpa"


class Srv(NamedTuple):
    """Where a named port is served."""

    port: int
    target: str


class Answer(NamedTuple):
    """What there is of a name; all empty for one that only has names below it. Names have no dot at their end."""

    addresses: tuple[str, ...] = ()
    services: tuple[Srv, ...] = ()
    alias: str = ""
    names: tuple[str, ...] = ()  # of an address


class Endpoint(NamedTuple):
    """One address of a Service. `host` is what it is called below the Service's name."""

    host: str
    address: str
    ports: tuple[tuple[str, str, int], ...]  # name, protocol in lower case, number


class Zone:
    """Answers by the Services and EndpointSlices that the two functions list, of a namespace or, for "", of all."""

    def __init__(self, list_services: ListObjects, list_slices: ListObjects, domain: str = "cluster.local") -> None:
        self._list_services, self._list_slices, self.domain = list_services, list_slices, domain

    def resolve(self, name: str) -> Answer | None:
        """Return what a name stands for, None where there is no such name. Upper case is as lower case."""
        name = name.lower().rstrip(".")
        if name.endswith(_REVERSE):
            return self._reverse(name.removesuffix(_REVERSE))
        if name == self.domain:
            return Answer()
        if not name.endswith(f".{self.domain}"):
            return None
        *below, kind = name.removesuffix(f".{self.domain}").split(".")
        if kind == "pod":
            return self._resolve_pod(below)
        if kind != "svc":
            return None
        return self._resolve_service(below[::-1]) if below else Answer()

    def _resolve_pod(self, labels: list[str]) -> Answer | None:
        """Resolve `10-244-0-5.namespace.pod`, which says its address itself."""
        if len(labels) < 2:
            return Answer() if not labels or self._list_services(labels[0]) else None
        address = labels[0].replace("-", ".")
        return Answer((address,)) if len(labels) == 2 and is_ipv4(address) else None

    def _resolve_service(self, labels: list[str]) -> Answer | None:
        """Resolve what lies below `svc`; the labels from right to left: namespace, service, and what is below it."""
        namespace, *rest = labels
        if not rest:
            return Answer() if self._list_services(namespace) else None
        name, *below = rest
        service = next((s for s in self._list_services(namespace) if s["metadata"]["name"] == name), None)
        if service is None:
            return None
        spec, full = service["spec"], self._name_service(namespace, name)
        if spec.get("type") == "ExternalName":
            return Answer(alias=spec["externalName"].rstrip(".")) if not below else None
        headless = spec.get("clusterIP") in (None, "", "None")
        endpoints = list(self._list_endpoints(namespace, name)) if headless else []
        if not below:
            return Answer(
                tuple(e.address for e in endpoints) if headless else tuple(spec.get("clusterIPs") or [spec["clusterIP"]])
            )
        if below[0] in ("_tcp", "_udp", "_sctp"):
            found = _find_srv(service, full, endpoints, headless=headless, protocol=below[0][1:], port=below[1:])
            return Answer(services=found) if found else None
        addresses = tuple(e.address for e in endpoints if [e.host] == below)
        return Answer(addresses) if addresses else None

    def _reverse(self, labels: str) -> Answer | None:
        address = ".".join(reversed(labels.split(".")))
        names: list[str] = []
        for service in self._list_services(""):
            spec, metadata = service["spec"], service["metadata"]
            full = self._name_service(metadata["namespace"], metadata["name"])
            if address in (spec.get("clusterIP"), *(spec.get("clusterIPs") or ())):
                names.append(full)
            elif spec.get("clusterIP") == "None":
                endpoints = self._list_endpoints(metadata["namespace"], metadata["name"])
                names += [f"{e.host}.{full}" for e in endpoints if e.address == address]
        return Answer(names=tuple(names)) if names else None

    def _name_service(self, namespace: str, name: str) -> str:
        return f"{name}.{namespace}.svc.{self.domain}"

    def _list_endpoints(self, namespace: str, service: str) -> Iterator[Endpoint]:
        for one in self._list_slices(namespace):
            if (one["metadata"].get("labels") or {}).get(SERVICE_LABEL) != service:
                continue
            ports = tuple(
                (p.get("name") or "", p.get("protocol", "TCP").lower(), p["port"])
                for p in one.get("ports") or ()
                if p.get("port")
            )
            for endpoint in one.get("endpoints") or ():
                if (endpoint.get("conditions") or {}).get("ready", True):
                    for address in endpoint["addresses"]:
                        yield Endpoint(endpoint.get("hostname") or address.replace(".", "-"), address, ports)


def _find_srv(
    service: Object, full: str, endpoints: list[Endpoint], *, headless: bool, protocol: str, port: list[str]
) -> tuple[Srv, ...]:
    """Return the places of `_port._protocol`, or of all the protocol's ports; a headless Service's are its endpoints'."""
    wanted = port[0].removeprefix("_") if port else None
    if len(port) > 1 or (port and not port[0].startswith("_")):
        return ()
    if headless:
        places = ((name, kind, number, f"{e.host}.{full}") for e in endpoints for name, kind, number in e.ports)
    else:
        ports = service["spec"].get("ports") or ()
        places = ((p.get("name") or "", p.get("protocol", "TCP").lower(), p["port"], full) for p in ports)
    return tuple(Srv(number, target) for name, kind, number, target in places if kind == protocol and wanted in (None, name))


def is_ipv4(text: str) -> bool:
    """Return whether a text is an IPv4 address."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
