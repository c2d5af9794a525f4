"""Rules for services."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.names import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_qualified_name,
    is_valid_ip,
    is_valid_port_num,
)
from minikube_py.apimachinery.validation_meta import validate_labels
from minikube_py.apis.core.service_strategy import WITH_CLUSTER_IP, is_externally_accessible
from minikube_py.apis.field_checks import GoValueError, check_by, check_one_of, check_port_number_or_name, unsupported
from minikube_py.apis.ip_checks import check_ordinary_ip
from minikube_py.apis.kind import Object

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'"
_FAMILIES = ("IPv4", "IPv6")


def validate_service(service: Object) -> list[FieldError]:
    """Return what is wrong with a service whose addresses have been allocated."""
    spec = service.get("spec") or {}
    kind, ports = spec.get("type") or "", spec.get("ports") or []
    errors = [] if ports or _is_headless(spec) or kind == "ExternalName" else [required("spec.ports")]
    errors += _validate_for_type(spec, kind, ports)
    names: set[str] = set()
    for index, port in enumerate(ports):
        errors += _validate_port(port, len(ports) > 1, names, f"spec.ports[{index}]")
    errors += validate_labels(spec.get("selector"), "spec.selector")
    errors += check_one_of("spec.sessionAffinity", spec.get("sessionAffinity") or "", ("ClientIP", "None"))
    errors += _validate_affinity_timeout(spec)
    if kind != "ExternalName":
        errors += _validate_addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        problems = check_by(f"spec.externalIPs[{index}]", address, is_valid_ip)
        errors += problems or check_ordinary_ip(f"spec.externalIPs[{index}]", address)
    errors += check_one_of("spec.type", kind, TYPES)
    errors += _check_unique_ports(kind, ports)
    return errors + _validate_balancer(spec, kind) + _validate_traffic(spec)


def _is_headless(spec: Object) -> bool:
    return "None" in (spec.get("clusterIP"), *(spec.get("clusterIPs") or ())[:1])


def _validate_for_type(spec: Object, kind: str, ports: list[Object]) -> list[FieldError]:
    errors = []
    if kind == "LoadBalancer":
        why = "may not expose port 10250 externally since it is used by kubelet"
        errors += [invalid(f"spec.ports[{i}].port", 10250, why) for i, port in enumerate(ports) if port.get("port") == 10250]
    if kind in ("LoadBalancer", "NodePort") and _is_headless(spec):
        errors.append(invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services"))
    if kind == "ExternalName":
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(field) or (field == "clusterIPs" and spec.get("clusterIP")):
                errors.append(forbidden(f"spec.{field}", "may not be set for ExternalName services"))
        name = (spec.get("externalName") or "").removesuffix(".")
        errors += check_by("spec.externalName", name, is_dns1123_subdomain) if name else [required("spec.externalName")]
    return errors


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
    seconds = ((config or {}).get("clientIP") or {}).get("timeoutSeconds")
    if seconds is None:
        return [required(f"{field}.clientIP.timeoutSeconds", "when session affinity type is ClientIP")]
    if 0 < seconds <= 86400:
        return []
    return [invalid(f"{field}.clientIP.timeoutSeconds", seconds, "must be greater than 0 and less than 86400")]


def _validate_addresses(spec: Object) -> list[FieldError]:
    addresses, families, field = spec.get("clusterIPs") or [], spec.get("ipFamilies") or [], "spec.clusterIPs"
    errors: list[FieldError] = []
    if (spec.get("clusterIP") or "") != (addresses[0] if addresses else ""):
        errors.append(
            GoValueError("FieldValueInvalid", field, format_go_strings(addresses), "first value must match `clusterIP`")
        )
    for index, family in enumerate(families):
        if family not in _FAMILIES:
            errors.append(unsupported(f"spec.ipFamilies[{index}]", family, _FAMILIES))
        elif family in families[:index]:
            errors.append(duplicate(f"spec.ipFamilies[{index}]", family))
    policy = spec.get("ipFamilyPolicy")
    if policy not in (None, "SingleStack", "PreferDualStack", "RequireDualStack"):
        errors.append(unsupported("spec.ipFamilyPolicy", policy, ("PreferDualStack", "RequireDualStack", "SingleStack")))
    if "None" in addresses and len(addresses) > 1:
        errors.append(
            GoValueError("FieldValueInvalid", field, format_go_strings(addresses), "'None' must be the first and only value")
        )
    for index, address in enumerate(addresses):
        if address != "None":
            errors += check_by(f"{field}[{index}]", address, is_valid_ip)
    if len(addresses) > 2:
        errors.append(GoValueError("FieldValueInvalid", field, format_go_strings(addresses), "may only hold up to 2 values"))
    return errors


def _check_unique_ports(kind: str, ports: list[Object]) -> list[FieldError]:
    errors: list[FieldError] = []
    on_node: set[tuple[str, int]] = set()
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        protocol, number, node = port.get("protocol", ""), port.get("port", 0), port.get("nodePort", 0)
        if kind == "ClusterIP" and node:
            errors.append(forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'"))
        if node and (protocol, node) in on_node:
            errors.append(duplicate(f"spec.ports[{index}].nodePort", node))
        on_node.add((protocol, node))
        if (protocol, number) in seen:
            shown = (
                f'core.ServicePort{{Name:"", Protocol:"{protocol}", AppProtocol:(*string)(nil), Port:{number}, '
                'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
            )
            errors.append(GoValueError("FieldValueDuplicate", f"spec.ports[{index}]", shown, ""))
        seen.add((protocol, number))
    return errors


def _validate_balancer(spec: Object, kind: str) -> list[FieldError]:
    errors = []
    is_balancer = kind == "LoadBalancer"
    if spec.get("loadBalancerSourceRanges") and not is_balancer:
        errors.append(forbidden("spec.LoadBalancerSourceRanges", _BALANCER_ONLY))
    if is_balancer and spec.get("allocateLoadBalancerNodePorts") is None:
        errors.append(required("spec.allocateLoadBalancerNodePorts"))
    for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if not is_balancer and spec.get(field) is not None:
            errors.append(forbidden(f"spec.{field}", _BALANCER_ONLY))
    return errors


def _validate_traffic(spec: Object) -> list[FieldError]:
    errors = []
    policy = spec.get("externalTrafficPolicy") or ""
    if is_externally_accessible(spec):
        errors += check_one_of("spec.externalTrafficPolicy", policy, ("Cluster", "Local"))
    elif policy:
        errors.append(invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services"))
    if spec.get("healthCheckNodePort") and not (spec.get("type") == "LoadBalancer" and policy == "Local"):
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors.append(invalid("spec.healthCheckNodePort", spec["healthCheckNodePort"], why))
    inside = spec.get("internalTrafficPolicy")
    if inside is None:
        errors += [required("spec.internalTrafficPolicy")] if spec.get("type") in WITH_CLUSTER_IP else []
    elif inside not in ("Cluster", "Local"):
        errors.append(unsupported("spec.internalTrafficPolicy", inside, ("Cluster", "Local")))
    distribution = spec.get("trafficDistribution")
    if distribution not in (None, "PreferClose"):
        errors.append(unsupported("spec.trafficDistribution", distribution, ("PreferClose",)))
    return errors


def validate_service_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a service: its first address and family stay as long as it has one."""
    after, before = new["spec"], old["spec"]
    errors: list[FieldError] = []
    if "ExternalName" not in (after.get("type"), before.get("type")):
        for field in ("clusterIPs", "ipFamilies"):
            given, had = after.get(field) or [], before.get(field) or []
            if had and not given:
                errors.append(
                    GoValueError(
                        "FieldValueInvalid",
                        f"spec.{field}[0]",
                        format_go_strings(given),
                        f"primary {field[:-1]} can not be unset",
                    )
                )
            elif had and given[0] != had[0]:
                errors.append(
                    GoValueError("FieldValueInvalid", f"spec.{field}[0]", format_go_strings(given), "may not change once set")
                )
    return errors + validate_service(new)
