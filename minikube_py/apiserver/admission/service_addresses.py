"""Cluster IPs and node ports of Services: the part of the service registry that allocates. This cluster speaks IPv4 only.

What is taken is read from the stored Services, inside the write's transaction: nothing leaks, a deletion releases by itself.
https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_valid_ip
from minikube_py.apis.core.service_strategy import WITH_NODE_PORT, carry_allocations
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.service_blocks import Block, dotted, judge_address, list_blocks
from minikube_py.storage.interface import Query

if TYPE_CHECKING:
    import random

    from minikube_py.apimachinery.errors import FieldError
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "ServiceAddresses"
_FIRST_PORT, _LAST_PORT = 30000, 32767
_STATIC_PORTS = 86
_POLICIES = (None, "SingleStack", "PreferDualStack", "RequireDualStack")
_FULL = "range is full"
_MULTIPLE = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"


def handles(attributes: Attributes) -> bool:
    """New and changed Services."""
    return attributes.kind.resource == "services" and attributes.operation in ("CREATE", "UPDATE")


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Fill in ipFamilies, clusterIPs and node ports. Raises Invalid for what is taken or out of range.

    A Service that is malformed in these fields is left to validation, which says so.
    """
    service, old = attributes.obj, attributes.old
    assert service is not None
    if old is not None:
        carry_allocations(service, old)
    spec, before = service["spec"], (old or {}).get("spec")
    if not _is_well_formed(spec):
        return
    if spec.get("type") != "ExternalName":
        _refuse(attributes.name, _init_ip_families(spec, before))
    taken = _Taken(attributes, server)
    if _needs_address(spec, before):
        _allocate_address(spec, taken, list_blocks(server))
    _NodePorts(spec, before, taken).allocate()


def _refuse(name: str, problems: list[FieldError]) -> None:
    if problems:
        raise errors.new_invalid("", "Service", name, problems)


def _is_well_formed(spec: Object) -> bool:
    addresses, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    return (
        (spec.get("clusterIP") or "") == (addresses[0] if addresses else "")
        and all(a == "None" or not is_valid_ip(a) for a in addresses)
        and not ("None" in addresses and len(addresses) > 1)
        and max(len(addresses), len(families)) <= 2
        and set(families) <= {"IPv4", "IPv6"}
        and len(set(families)) == len(families)
        and spec.get("ipFamilyPolicy") in _POLICIES
        and all(_family_of(a) == f for a, f in zip(addresses, families, strict=False) if a != "None")
    )


def _family_of(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def _is_headless(spec: Object) -> bool:
    return spec.get("clusterIP") == "None"


def _init_ip_families(spec: Object, before: Object | None) -> list[FieldError]:
    """Choose ipFamilyPolicy and ipFamilies where the user did not; return what this cluster cannot do."""
    any_backend = _is_headless(spec) and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        default = "RequireDualStack" if any_backend else "SingleStack"
        spec["ipFamilyPolicy"] = (before or {}).get("ipFamilyPolicy") or default
    if before is not None and spec["ipFamilyPolicy"] == "SingleStack":
        _downgrade(spec, before)
    if problems := _check_policy(spec, before) + _infer_families(spec):
        return problems
    if any_backend:  # nobody but the user knows where the backends are, so every family may be named
        families = spec.get("ipFamilies") or ["IPv4"]
        if len(families) < 2 and spec["ipFamilyPolicy"] != "SingleStack":
            families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
        spec["ipFamilies"] = families
        return []
    if spec["ipFamilyPolicy"] == "RequireDualStack":
        problems.append(
            errors.invalid("spec.ipFamilyPolicy", "RequireDualStack", "this cluster is not configured for dual-stack services")
        )
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family != "IPv4":
            problems.append(errors.invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster"))
    spec["ipFamilies"] = spec.get("ipFamilies") or ["IPv4"]
    return problems


def _downgrade(spec: Object, before: Object) -> None:
    """Single stack is a clear wish: let go of the second address and family if they are still as they were."""
    for field in ("clusterIPs", "ipFamilies"):
        if len(spec.get(field) or ()) > 1 and spec[field] == before.get(field):
            spec[field] = spec[field][:1]


def _check_policy(spec: Object, before: Object | None) -> list[FieldError]:
    policy, problems = spec["ipFamilyPolicy"], []
    for field, several, one in (("clusterIPs", "cluster IPs", "cluster IP"), ("ipFamilies", "IP families", "IP family")):
        now, had = spec.get(field) or [], (before or {}).get(field) or []
        if policy == "SingleStack" and len(now) == 2:
            problems.append(errors.invalid("spec.ipFamilyPolicy", policy, _MULTIPLE.format(several)))
        if policy != "SingleStack" and len(now) == 1 and len(had) == 2 and now[0] == had[0]:
            problems.append(
                errors.invalid("spec.ipFamilyPolicy", policy, f"must be 'SingleStack' to release the secondary {one}")
            )
    return problems


def _infer_families(spec: Object) -> list[FieldError]:
    addresses, families, problems = spec.get("clusterIPs") or [], list(spec.get("ipFamilies") or ()), []
    for index, address in enumerate(addresses):
        if address == "None" or index < len(families):
            continue
        if _family_of(address) == "IPv4":
            families.append("IPv4")
        else:
            detail = "IPv6 is not configured on this cluster"
            problems.append(invalid_go(f"spec.clusterIPs[{index}]", format_go_strings(addresses), detail))
    if families:
        spec["ipFamilies"] = families
    return problems


def _needs_address(spec: Object, before: Object | None) -> bool:
    if spec.get("type") == "ExternalName" or _is_headless(spec):
        return False
    return before is None or before.get("type") == "ExternalName"


class _Taken:
    """What other Services hold."""

    def __init__(self, attributes: Attributes, server: ApiServer) -> None:
        self.name = attributes.name
        self.rng: random.Random = server.rng
        self.addresses: set[str] = set()
        self.ports: set[int] = set()
        own = (attributes.namespace, attributes.name)
        for service in server.store.list(Query("services")).items:
            metadata, spec = service["metadata"], service.get("spec") or {}
            if (metadata.get("namespace", ""), metadata["name"]) == own:
                continue
            self.addresses.update(spec.get("clusterIPs") or ())
            self.ports.update(collect_node_ports(spec))

    def pick_port(self, what: str, wanted: Iterable[int] = ()) -> int:
        """Take any free node port that is not `wanted` by name. Raises InternalError where there is none."""
        bands = ((_FIRST_PORT + _STATIC_PORTS, _LAST_PORT), (_FIRST_PORT, _FIRST_PORT + _STATIC_PORTS - 1))
        taken = {*self.ports, *wanted}
        port = _pick(self.rng, bands, lambda p: p not in taken)
        if port is None:
            raise errors.InternalError(f"Internal error occurred: failed to allocate {what}: {_FULL}")
        self.ports.add(port)
        return port

    def claim_port(self, port: int) -> str:
        """Take this node port; return why it cannot be had, or ""."""
        if not _FIRST_PORT <= port <= _LAST_PORT:
            return f"provided port is not in the valid range. The range of valid ports is {_FIRST_PORT}-{_LAST_PORT}"
        if port in self.ports:
            return "provided port is already allocated"
        self.ports.add(port)
        return ""


def collect_node_ports(spec: Object) -> list[int]:
    """Return every port of the nodes that a Service's spec holds."""
    ports = [p["nodePort"] for p in spec.get("ports") or () if p.get("nodePort")]
    return [*ports, spec["healthCheckNodePort"]] if spec.get("healthCheckNodePort") else ports


def _pick(rng: random.Random, bands: tuple[tuple[int, int], ...], is_free: Callable[[int], bool]) -> int | None:
    """Return the first free number after a random one, in the first band that has any."""
    for first, last in bands:
        size = last - first + 1
        start = rng.randrange(size)
        for step in range(size):
            number = first + (start + step) % size
            if is_free(number):
                return number
    return None


def _allocate_address(spec: Object, taken: _Taken, blocks: list[Block]) -> None:
    given = (spec.get("clusterIPs") or [""])[0]
    if given:
        if why := judge_address(given, blocks) or ("provided IP is already allocated" if given in taken.addresses else ""):
            shown = format_go_strings(spec["clusterIPs"])
            _refuse(taken.name, [invalid_go("spec.clusterIPs", shown, f"failed to allocate IP {given}: {why}")])
        return
    bands = tuple(band for block in blocks for band in block.list_bands())
    number = _pick(taken.rng, bands, lambda n: dotted(n) not in taken.addresses)
    if number is None:
        raise errors.InternalError(f"Internal error occurred: failed to allocate a serviceIP: {_FULL}")
    spec["clusterIP"] = dotted(number)
    spec["clusterIPs"] = [spec["clusterIP"]]


class _NodePorts:
    """Gives the ports of one Service their node ports, and a local load balancer the port of its health check."""

    def __init__(self, spec: Object, before: Object | None, taken: _Taken) -> None:
        self._spec, self._before, self._taken = spec, before, taken
        self._ports: list[Object] = spec.get("ports") or []
        self._own = set(collect_node_ports(before or {}))  # what it holds already, it may go on using

    def allocate(self) -> None:
        """Change the ports in place. Raises Invalid, InternalError."""
        if self._spec.get("type") in WITH_NODE_PORT:
            self._taken.ports |= self._own
            by_port: dict[int, int] = {}
            for index, port in enumerate(self._ports):
                if port.get("nodePort") or self._may_pick():
                    self._allocate_one(index, port, by_port)
        if _needs_health_check(self._spec) and not _needs_health_check(self._before or {}):
            self._allocate_health_check()

    def _may_pick(self) -> bool:
        return self._spec["type"] == "NodePort" or self._spec.get("allocateLoadBalancerNodePorts") is not False

    def _allocate_one(self, index: int, port: Object, by_port: dict[int, int]) -> None:
        """TCP and UDP of one port number share a node port on creation, so that one rule of a firewall fits both."""
        number, wanted = port.get("port", 0), port.get("nodePort") or 0
        shared = by_port.get(number, 0)
        if not wanted and self._before is None:
            wanted = shared or next((p["nodePort"] for p in self._ports if p.get("port") == number and p.get("nodePort")), 0)
        shares = wanted == shared if self._before is None else wanted in by_port.values()
        if not wanted:
            wanted = self._taken.pick_port("a nodePort", {p["nodePort"] for p in self._ports if p.get("nodePort")})
        elif not shares:
            self._claim(index, wanted)
        port["nodePort"] = by_port[number] = wanted

    def _claim(self, index: int, wanted: int) -> None:
        if wanted in self._own:
            return
        if why := self._taken.claim_port(wanted):
            _refuse(self._taken.name, [errors.invalid(f"spec.ports[{index}].nodePort", wanted, why)])

    def _allocate_health_check(self) -> None:
        wanted = self._spec.get("healthCheckNodePort") or 0
        if not wanted:
            self._spec["healthCheckNodePort"] = self._taken.pick_port("a HealthCheck NodePort 0")
        elif why := self._taken.claim_port(wanted):
            text = f"failed to allocate requested HealthCheck NodePort {wanted}: {why}"
            raise errors.InternalError(f"Internal error occurred: {text}")


def _needs_health_check(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"
