"""Endpoints: https://kubernetes.io/docs/concepts/services-networking/service/#endpoints (deprecated for EndpointSlice)"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_SHOWN = 3


def tell_endpoints(endpoints: Object, now: float) -> str:
    """Return the ENDPOINTS cell: the first few addresses with their ports."""
    if not endpoints.get("subsets"):
        return "<none>"
    words: list[str] = []
    for subset in endpoints.get("subsets") or ():
        addresses = [a.get("ip", "") for a in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        if not ports:
            words += addresses
        for port in ports:
            words += [f"[{ip}]:{port.get('port', 0)}" if ":" in ip else f"{ip}:{port.get('port', 0)}" for ip in addresses]
    more = f" + {len(words) - MAX_SHOWN} more..." if len(words) > MAX_SHOWN else ""
    return ",".join(words[:MAX_SHOWN]) + more


def set_defaults(endpoints: Object) -> None:
    """Let ports be TCP unless they say otherwise."""
    for subset in endpoints.get("subsets") or ():
        for port in subset.get("ports") or ():
            port["protocol"] = port.get("protocol") or "TCP"


def validate(endpoints: Object) -> list[FieldError]:
    """Check addresses and ports."""
    from minikube_py.apimachinery.errors import required

    errors = []
    for index, subset in enumerate(endpoints.get("subsets") or ()):
        path = f"subsets[{index}]"
        ready, waiting, ports = (subset.get(name) or [] for name in ("addresses", "notReadyAddresses", "ports"))
        if not ready and not waiting:
            errors.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
        for kind, addresses in (("addresses", ready), ("notReadyAddresses", waiting)):
            for number, address in enumerate(addresses):
                errors += _validate_address(address, f"{path}.{kind}[{number}]")
        for number, port in enumerate(ports):
            errors += _validate_port(port, len(ports) > 1, f"{path}.ports[{number}]")
    return errors


def _validate_address(address: Object, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain, is_valid_ip
    from minikube_py.apis.field_checks import check_by
    from minikube_py.apis.ip_checks import check_ordinary_ip

    ip = address.get("ip") or ""
    errors = check_by(f"{field}.ip", ip, is_valid_ip)
    if address.get("hostname"):
        errors += check_by(f"{field}.hostname", address["hostname"], is_dns1123_label)
    if address.get("nodeName") is not None:
        errors += check_by(f"{field}.nodeName", address["nodeName"], is_dns1123_subdomain)
    return errors + check_ordinary_ip(f"{field}.ip", ip)


def _validate_port(port: Object, needs_name: bool, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import required
    from minikube_py.apimachinery.names import is_dns1123_label, is_qualified_name, is_valid_port_num
    from minikube_py.apis.field_checks import check_by, check_one_of

    errors = []
    if name := port.get("name"):
        errors += check_by(f"{field}.name", name, is_dns1123_label)
    elif needs_name:
        errors.append(required(f"{field}.name"))
    errors += check_by(f"{field}.port", port.get("port", 0), is_valid_port_num)
    errors += check_one_of(f"{field}.protocol", port.get("protocol") or "", ("SCTP", "TCP", "UDP"))
    protocol = port.get("appProtocol")
    return errors if protocol is None else errors + check_by(f"{field}.appProtocol", protocol, is_qualified_name)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return [] if new.get("subsets") == old.get("subsets") else validate(new)


KIND = Kind(
    group="",
    version="v1",
    kind="Endpoints",
    plural="endpoints",
    singular="endpoints",
    short_names=("ep",),
    schema="io.k8s.api.core.v1.Endpoints",
    create_on_update=True,
    status=False,
    columns=(NAME, Column("Endpoints", tell_endpoints), AGE),
    set_defaults=set_defaults,
    validate=validate,
    validate_update=_validate_update,
    deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
)
