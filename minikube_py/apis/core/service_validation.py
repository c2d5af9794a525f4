"""Rules for services."""

from __future__ import annotations

from minikube_py.apimachinery.addresses import judge_old_cidr, parse_ip
from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.names import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_qualified_name,
    is_valid_ip,
    is_valid_port_num,
)
from minikube_py.apimachinery.validation_meta import validate_labels
from minikube_py.apis.core.service_addresses_validation import (
    BALANCER_ONLY,
    check_address_updates,
    is_headless,
    validate_addresses,
    validate_balancer_class,
)
from minikube_py.apis.core.service_strategy import WITH_CLUSTER_IP, is_externally_accessible
from minikube_py.apis.field_checks import (
    IMMUTABLE,
    GoValueError,
    check_by,
    check_one_of,
    check_port_number_or_name,
    unsupported,
)
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.ip_checks import check_ordinary_ip
from minikube_py.apis.kind import Object

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_MAX_AFFINITY_SECONDS = 86400


def validate_service(service: Object) -> list[FieldError]:
    """Return what is wrong with a service whose addresses have been allocated."""
    spec, annotations = service.get("spec") or {}, (service.get("metadata") or {}).get("annotations") or {}
    kind, ports = spec.get("type") or "", spec.get("ports") or []
    errors = _check_topology(annotations)
    if not ports and not is_headless(spec) and kind != "ExternalName":
        errors.append(required("spec.ports"))
    errors += _validate_for_type(spec, kind)
    names: set[str] = set()
    for index, port in enumerate(ports):
        errors += _validate_port(port, len(ports) > 1, names, f"spec.ports[{index}]")
    errors += validate_labels(spec.get("selector"), "spec.selector")
    errors += check_one_of("spec.sessionAffinity", spec.get("sessionAffinity") or "", ("ClientIP", "None"))
    errors += _validate_affinity_timeout(spec)
    if kind != "ExternalName":
        errors += validate_addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        problems = check_by(f"spec.externalIPs[{index}]", address, is_valid_ip)
        errors += problems or check_ordinary_ip(f"spec.externalIPs[{index}]", address)
    errors += check_one_of("spec.type", kind, TYPES)
    errors += _check_unique_ports(kind, ports)
    errors += _validate_source_ranges(spec, annotations, kind)
    return errors + _validate_balancer(spec, kind) + _validate_traffic(spec)


def _check_topology(annotations: dict[str, str]) -> list[FieldError]:
    hints, mode = annotations.get(TOPOLOGY_HINTS), annotations.get(TOPOLOGY_MODE)
    if hints is None or mode is None or hints == mode:
        return []
    why = f"must match annotations[{TOPOLOGY_HINTS}] when both are specified"
    return [invalid(f"metadata.annotations[{TOPOLOGY_MODE}]", mode, why)]


def _validate_for_type(spec: Object, kind: str) -> list[FieldError]:
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        return [invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")]
    if kind != "ExternalName":
        return []
    errors = [
        forbidden(f"spec.{field}", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(field)
    ]
    name = (spec.get("externalName") or "").removesuffix(".")
    return errors + (check_by("spec.externalName", name, is_dns1123_subdomain) if name else [required("spec.externalName")])


def _validate_port(port: Object, needs_name: bool, names: set[str], field: str) -> list[FieldError]:
    errors, name = [], port.get("name") or ""
    if needs_name and not name:
        errors.append(required(f"{field}.name"))
    elif name:
        errors += check_by(f"{field}.name", name, is_dns1123_label)
        if name in names:
            errors.append(duplicate(f"{field}.name", name))
        names.add(name)
    errors += check_by(f"{field}.port", port.get("port", 0), is_valid_port_num)
    errors += check_one_of(f"{field}.protocol", port.get("protocol") or "", ("SCTP", "TCP", "UDP"))
    errors += check_port_number_or_name(f"{field}.targetPort", port.get("targetPort", 0))
    if (protocol := port.get("appProtocol")) is not None:
        errors += check_by(f"{field}.appProtocol", protocol, is_qualified_name)
    return errors


def _validate_affinity_timeout(spec: Object) -> list[FieldError]:
    config, field = spec.get("sessionAffinityConfig"), "spec.sessionAffinityConfig"
    if spec.get("sessionAffinity") == "None" and config is not None:
        return [forbidden(field, "must not be set when session affinity is None")]
    if spec.get("sessionAffinity") != "ClientIP":
        return []
    why = "when session affinity type is ClientIP"
    if config is None or config.get("clientIP") is None:
        return [required(field if config is None else f"{field}.clientIP", why)]
    seconds, path = config["clientIP"].get("timeoutSeconds"), f"{field}.clientIP.timeoutSeconds"
    if seconds is None:
        return [required(path, why)]
    if 0 < seconds <= _MAX_AFFINITY_SECONDS:
        return []
    return [invalid(path, seconds, f"must be greater than 0 and less than {_MAX_AFFINITY_SECONDS}")]


def _check_unique_ports(kind: str, ports: list[Object]) -> list[FieldError]:
    why = "may not be used when `type` is 'ClusterIP'"
    used = [index for index, port in enumerate(ports) if kind == "ClusterIP" and port.get("nodePort")]
    errors: list[FieldError] = [forbidden(f"spec.ports[{index}].nodePort", why) for index in used]
    on_node = [(port.get("protocol", ""), port.get("nodePort", 0)) for port in ports]
    errors += [
        duplicate(f"spec.ports[{index}].nodePort", one[1])
        for index, one in enumerate(on_node)
        if one[1] and one in on_node[:index]
    ]
    inside = [(port.get("protocol", ""), port.get("port", 0)) for port in ports]
    for index, (protocol, number) in enumerate(inside):
        if (protocol, number) in inside[:index]:
            shown = show_go("core.ServicePort", {"protocol": protocol, "port": number})
            errors.append(GoValueError("FieldValueDuplicate", f"spec.ports[{index}]", shown, ""))
    return errors


def _validate_source_ranges(spec: Object, annotations: dict[str, str], kind: str) -> list[FieldError]:
    """Check who may come in: the field, or the annotation of old times."""
    if ranges := spec.get("loadBalancerSourceRanges"):
        field = "spec.LoadBalancerSourceRanges"
        places = [(f"{field}[{index}]", text.strip()) for index, text in enumerate(ranges)]
    elif SOURCE_RANGES in annotations:
        field, text = f"metadata.annotations[{SOURCE_RANGES}]", annotations[SOURCE_RANGES].strip()
        places = [(field, part.strip()) for part in text.split(",")] if text else []
    else:
        return []
    errors = [] if kind == "LoadBalancer" else [forbidden(field, BALANCER_ONLY)]
    return errors + [error for place, text in places for error in check_by(place, text, judge_old_cidr)]


def _validate_balancer(spec: Object, kind: str) -> list[FieldError]:
    errors, allocate = [], spec.get("allocateLoadBalancerNodePorts")
    if kind != "LoadBalancer" and allocate is not None:
        errors.append(forbidden("spec.allocateLoadBalancerNodePorts", BALANCER_ONLY))
    if kind == "LoadBalancer" and allocate is None:
        errors.append(required("allocateLoadBalancerNodePorts"))
    return errors + validate_balancer_class(spec, None)


def _validate_traffic(spec: Object) -> list[FieldError]:
    errors = []
    policy, kind = spec.get("externalTrafficPolicy") or "", spec.get("type")
    if is_externally_accessible(spec):
        errors += check_one_of("spec.externalTrafficPolicy", policy, ("Cluster", "Local"))
    elif policy:
        errors.append(invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services"))
    port, field = spec.get("healthCheckNodePort") or 0, "spec.healthCheckNodePort"
    if kind == "LoadBalancer" and policy == "Local":
        errors += check_by(field, port, is_valid_port_num) if port else [required(field)]
    elif port:
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.append(invalid(field, port, why))
    inside = spec.get("internalTrafficPolicy")
    if inside is None:
        errors += [required("spec.internalTrafficPolicy")] if kind in WITH_CLUSTER_IP else []
    elif inside not in ("Cluster", "Local"):
        errors.append(unsupported("spec.internalTrafficPolicy", inside, ("Cluster", "Local")))
    distribution = spec.get("trafficDistribution")
    if distribution not in (None, "PreferClose"):
        errors.append(unsupported("spec.trafficDistribution", distribution, ("PreferClose",)))
    return errors


def validate_service_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a service."""
    after, before = new["spec"], old["spec"]
    errors = check_address_updates(after, before)
    errors += validate_balancer_class(after, before)
    checked = [s.get("type") == "LoadBalancer" and s.get("externalTrafficPolicy") == "Local" for s in (after, before)]
    if all(checked) and after.get("healthCheckNodePort") != before.get("healthCheckNodePort"):
        errors.append(forbidden("spec.healthCheckNodePort", IMMUTABLE))
    return errors + validate_service(new)


def validate_service_status(service: Object) -> list[FieldError]:
    """Return what is wrong with the status of a service: where its load balancer listens."""
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    if ingress and service["spec"].get("type") != "LoadBalancer":
        return [forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'")]
    return [e for i, one in enumerate(ingress) for e in _validate_ingress(one, f"status.loadBalancer.ingress[{i}]")]


def _validate_ingress(ingress: Object, field: str) -> list[FieldError]:
    address, mode, host = ingress.get("ip") or "", ingress.get("ipMode"), ingress.get("hostname") or ""
    errors = check_by(f"{field}.ip", address, is_valid_ip) if address else []
    if mode is None and address:
        errors.append(required(f"{field}.ipMode", "must be specified when `ip` is set"))
    elif mode is not None and not address:
        errors.append(forbidden(f"{field}.ipMode", "may not be specified when `ip` is not set"))
    elif mode is not None and mode not in ("Proxy", "VIP"):
        errors.append(unsupported(f"{field}.ipMode", mode, ("Proxy", "VIP")))
    if host:
        errors += check_by(f"{field}.hostname", host, is_dns1123_subdomain)
        if parse_ip(host) is not None:
            errors.append(invalid(f"{field}.hostname", host, "must be a DNS name, not an IP address"))
    return errors
