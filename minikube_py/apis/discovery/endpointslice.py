"""EndpointSlice: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_SHOWN = 3
MAX_ENDPOINTS = 1000
MAX_PORTS = 20000
MAX_ADDRESSES = 100
FAMILIES = ("FQDN", "IPv4", "IPv6")


def _list_some(words: list[str]) -> str:
    if not words:
        return "<unset>"
    more = f" + {len(words) - MAX_SHOWN} more..." if len(words) > MAX_SHOWN else ""
    return ",".join(words[:MAX_SHOWN]) + more


def tell_ports(endpoint_slice: Object, now: float) -> str:
    """Return the PORTS cell."""
    return _list_some([str(p["port"]) if p.get("port") is not None else "*" for p in endpoint_slice.get("ports") or ()])


def tell_endpoints(endpoint_slice: Object, now: float) -> str:
    """Return the ENDPOINTS cell."""
    return _list_some([address for e in endpoint_slice.get("endpoints") or () for address in e.get("addresses") or ()])


def set_defaults(endpoint_slice: Object) -> None:
    """Fill in ports, and write what is always shown."""
    endpoint_slice.setdefault("endpoints", None)
    endpoint_slice.setdefault("ports", None)
    for port in endpoint_slice["ports"] or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")
    for endpoint in endpoint_slice["endpoints"] or ():
        endpoint.setdefault("conditions", {})


def validate(endpoint_slice: Object) -> list[FieldError]:
    """Check the family, addresses and ports."""
    from minikube_py.apimachinery.errors import required, too_many
    from minikube_py.apis.field_checks import unsupported

    family = endpoint_slice.get("addressType") or ""
    errors = []
    if not family:
        errors.append(required("addressType"))
    elif family not in FAMILIES:
        errors.append(unsupported("addressType", family, FAMILIES))
    endpoints, ports = endpoint_slice.get("endpoints") or [], endpoint_slice.get("ports") or []
    if len(endpoints) > MAX_ENDPOINTS:
        errors.append(too_many("endpoints", len(endpoints), MAX_ENDPOINTS))
    for index, endpoint in enumerate(endpoints):
        errors += _validate_endpoint(endpoint, family, f"endpoints[{index}]")
    names: set[str] = set()
    for index, port in enumerate(ports):
        errors += _validate_port(port, names, f"ports[{index}]")
    return errors


def _validate_endpoint(endpoint: Object, family: str, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import required, too_many
    from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain
    from minikube_py.apis.field_checks import check_by

    addresses = endpoint.get("addresses") or []
    errors = [] if addresses else [required(f"{field}.addresses", "must contain at least 1 address")]
    if len(addresses) > MAX_ADDRESSES:
        errors.append(too_many(f"{field}.addresses", len(addresses), MAX_ADDRESSES))
    for index, address in enumerate(addresses):
        errors += _validate_address(address, family, f"{field}.addresses", index)
    if endpoint.get("hostname"):
        errors += check_by(f"{field}.hostname", endpoint["hostname"], is_dns1123_label)
    if endpoint.get("nodeName"):
        errors += check_by(f"{field}.nodeName", endpoint["nodeName"], is_dns1123_subdomain)
    return errors


def _validate_address(address: str, family: str, field: str, index: int) -> list[FieldError]:
    from minikube_py.apimachinery.errors import invalid
    from minikube_py.apimachinery.names import is_dns1123_subdomain, is_valid_ip
    from minikube_py.apis.core.service_validation import validate_ordinary_ip
    from minikube_py.apis.field_checks import check_by

    if family == "FQDN":
        return check_by(f"{field}[{index}]", address, is_dns1123_subdomain)
    is_right = not is_valid_ip(address) and (":" in address) == (family == "IPv6")
    if not is_right:
        return [invalid(field, address, f"must be an {family} address")] if family in FAMILIES else []
    return validate_ordinary_ip(f"{field}[{index}]", address)


def _validate_port(port: Object, names: set[str], field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import duplicate
    from minikube_py.apimachinery.names import is_dns1123_label, is_qualified_name
    from minikube_py.apis.field_checks import check_by, check_one_of

    name = port.get("name") or ""
    errors = check_by(f"{field}.name", name, is_dns1123_label) if name else []
    if name in names:
        errors.append(duplicate(f"{field}.name", name))
    names.add(name)
    errors += check_one_of(f"{field}.protocol", port.get("protocol") or "", ("SCTP", "TCP", "UDP"))
    if port.get("appProtocol"):
        errors += check_by(f"{field}.appProtocol", port["appProtocol"], is_qualified_name)
    return errors


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse another family."""
    from minikube_py.apis.field_checks import check_immutable

    return validate(new) + check_immutable("addressType", new.get("addressType"), old.get("addressType"))


def _warn(endpoint_slice: Object) -> list[str]:
    is_old = endpoint_slice.get("addressType") == "FQDN"
    return ["spec.addressType: FQDN endpoints are deprecated"] if is_old else []


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    plural="endpointslices",
    singular="endpointslice",
    schema="io.k8s.api.discovery.v1.EndpointSlice",
    status=False,
    generation=True,
    columns=(
        NAME,
        Column("AddressType", lambda endpoint_slice, now: endpoint_slice.get("addressType") or ""),
        Column("Ports", tell_ports),
        Column("Endpoints", tell_endpoints),
        AGE,
    ),
    set_defaults=set_defaults,
    validate=validate,
    validate_update=validate_update,
    warnings=_warn,
)
