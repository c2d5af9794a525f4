"""EndpointSlice: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/"""

from __future__ import annotations

from collections.abc import Sequence

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_SHOWN = 3
MAX_ENDPOINTS = 1000
MAX_PORTS = 20000
MAX_ADDRESSES = 100
MAX_ZONES = 8
MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by"
OWN_CONTROLLERS = ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io")
FAMILIES = ("FQDN", "IPv4", "IPv6")


def _list_some(words: list[str]) -> str:
    more = f" + {len(words) - MAX_SHOWN} more..." if len(words) > MAX_SHOWN else ""
    return ",".join(words[:MAX_SHOWN]) + more or "<unset>"


def tell_ports(endpoint_slice: Object, now: float) -> str:
    """Return the PORTS cell."""
    ports = endpoint_slice.get("ports") or ()
    return _list_some([str(p["port"]) if p.get("port") is not None else p.get("name") or "" for p in ports])


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
        endpoint.pop("deprecatedTopology", None)


def validate(endpoint_slice: Object, known: Sequence[Object] = ()) -> list[FieldError]:
    """Check the family, addresses and ports; endpoints that are `known`, as they are, are not checked again."""
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
    else:
        changed = [(i, endpoint) for i, endpoint in enumerate(endpoints) if endpoint not in known]
        errors += [e for i, endpoint in changed for e in _validate_endpoint(endpoint, family, f"endpoints[{i}]")]
    if len(ports) > MAX_PORTS:
        return [*errors, too_many("ports", len(ports), MAX_PORTS)]
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
    if endpoint.get("nodeName") is not None:
        errors += check_by(f"{field}.nodeName", endpoint["nodeName"], is_dns1123_subdomain)
    if endpoint.get("hostname") is not None:
        errors += check_by(f"{field}.hostname", endpoint["hostname"], is_dns1123_label)
    return errors + _validate_hints((endpoint.get("hints") or {}).get("forZones") or [], f"{field}.hints.forZones")


def _validate_hints(zones: list[Object], field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import duplicate, too_many
    from minikube_py.apimachinery.names import is_valid_label_value
    from minikube_py.apis.field_checks import check_by

    if len(zones) > MAX_ZONES:
        return [too_many(field, len(zones), MAX_ZONES)]
    errors = []
    names = [zone.get("name") or "" for zone in zones]
    for index, name in enumerate(names):
        if name in names[:index]:
            errors.append(duplicate(f"{field}[{index}].name", name))
        errors += check_by(f"{field}[{index}].name", name, is_valid_label_value)
    return errors


def _validate_address(address: str, family: str, field: str, index: int) -> list[FieldError]:
    from minikube_py.apimachinery.errors import invalid
    from minikube_py.apimachinery.names import is_valid_ip
    from minikube_py.apis.field_checks import check_by
    from minikube_py.apis.ip_checks import check_ordinary_ip

    path = f"{field}[{index}]"
    if family == "FQDN":
        return _validate_domain(address, path)
    if family not in FAMILIES:
        return []
    errors = check_by(path, address, is_valid_ip)
    if not errors and (":" in address) != (family == "IPv6"):
        errors.append(invalid(field, address, f"must be an {family} address"))
    return errors + check_ordinary_ip(path, address)


def _validate_domain(name: str, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.errors import invalid, required
    from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain

    if not name:
        return [required(field)]
    name = name.removesuffix(".")
    if messages := is_dns1123_subdomain(name):
        return [invalid(field, name, ",".join(messages))]
    labels = name.split(".")
    if len(labels) < 2:
        return [invalid(field, name, "should be a domain with at least two segments separated by dots")]
    bad = next(((label, messages) for label in labels if (messages := is_dns1123_label(label))), None)
    return [invalid(field, bad[0], ",".join(bad[1]))] if bad else []


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
    if port.get("appProtocol") is not None:
        errors += check_by(f"{field}.appProtocol", port["appProtocol"], is_qualified_name)
    return errors


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse another family."""
    from minikube_py.apis.field_checks import check_immutable

    errors = validate(new, old.get("endpoints") or ())
    return errors + check_immutable("addressType", new.get("addressType"), old.get("addressType"))


def _prepare_for_create(endpoint_slice: Object) -> None:
    _drop_node_hints(endpoint_slice)


def _prepare_for_update(new: Object, old: Object) -> None:
    if not any((endpoint.get("hints") or {}).get("forNodes") for endpoint in old.get("endpoints") or ()):
        _drop_node_hints(new)
    if (new["metadata"].get("labels") or {}) != (old["metadata"].get("labels") or {}):  # they count as much as the endpoints
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _drop_node_hints(endpoint_slice: Object) -> None:
    """Drop the field of a feature that is off (PreferSameTrafficDistribution)."""
    for endpoint in endpoint_slice.get("endpoints") or ():
        (endpoint.get("hints") or {}).pop("forNodes", None)


def warn_of_creation(endpoint_slice: Object) -> list[str]:
    """Warn of names instead of addresses, and of addresses that are not well written."""
    is_old = endpoint_slice.get("addressType") == "FQDN"
    return [*(["spec.addressType: FQDN endpoints are deprecated"] if is_old else ()), *warn_of_addresses(endpoint_slice)]


def warn_of_addresses(endpoint_slice: Object) -> list[str]:
    """Warn of addresses that are not well written, unless the slice is one of Kubernetes' own controllers."""
    from minikube_py.apimachinery.addresses import warn_of_ip

    if ((endpoint_slice.get("metadata") or {}).get("labels") or {}).get(MANAGED_BY_LABEL) in OWN_CONTROLLERS:
        return []
    return [
        warning
        for i, endpoint in enumerate(endpoint_slice.get("endpoints") or ())
        for j, address in enumerate(endpoint.get("addresses") or ())
        for warning in warn_of_ip(f"endpoints[{i}].addresses[{j}]", address)
    ]


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
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    warnings=warn_of_creation,
    update_warnings=warn_of_addresses,
)
