"""Rules for ingresses."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import (
    is_dns1035_label,
    is_dns1123_label,
    is_dns1123_subdomain,
    is_path_segment_name,
    is_valid_ip,
    is_valid_port_name,
    is_valid_port_num,
    is_wildcard_dns1123_subdomain,
)
from minikube_py.apis.field_checks import GoValueError, check_by, check_name, unsupported
from minikube_py.apis.kind import Object
from minikube_py.apis.networking.ingress_backends import CLASS_ANNOTATION, iterate_backends

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_ABSOLUTE = "must be an absolute path"
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")
_NO_NAME = "must be a DNS name, not an IP address"


def validate_new_ingress(ingress: Object) -> list[FieldError]:
    """Return what is wrong with a new ingress."""
    spec = ingress["spec"]
    errors = validate_ingress_spec(spec)
    annotated = (ingress["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    name = spec.get("ingressClassName")
    if annotated is not None and name is not None and annotated != name:
        why = "must match `ingressClassName` when both are specified"
        errors.append(invalid(f"annotations.{CLASS_ANNOTATION}", annotated, why))
    return errors


def validate_ingress_update(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with a changed ingress; faults that it had before are forgiven."""
    return validate_ingress_spec(new["spec"], old["spec"])


def validate_ingress_spec(spec: Object, old: Object | None = None) -> list[FieldError]:
    """Return what is wrong with a spec; `old` is the one it replaces."""
    rules, before = spec.get("rules") or [], old or {}
    errors: list[FieldError] = []
    if not rules and spec.get("defaultBackend") is None:
        why = "either `defaultBackend` or `rules` must be specified"
        errors.append(GoValueError("FieldValueInvalid", "spec", "[]networking.IngressRule(nil)", why))
    lenient = any(_is_relaxed(backend) for backend in iterate_backends(before))
    if (default := spec.get("defaultBackend")) is not None:
        errors += _validate_backend(default, "spec.defaultBackend", lenient)
    forgiven = any("*" in rule.get("host", "") and _validate_paths(rule, "", False) for rule in before.get("rules") or ())
    for index, rule in enumerate(rules):
        field, host = f"spec.rules[{index}]", rule.get("host") or ""
        errors += _validate_host(host, f"{field}.host") if host else []
        if "*" not in host or not forgiven:
            errors += _validate_paths(rule, field, lenient)
    errors += _validate_tls(spec.get("tls") or [], before.get("tls") or [])
    if (name := spec.get("ingressClassName")) is not None:
        errors += check_by("spec.ingressClassName", name, is_dns1123_subdomain)
    return errors


def _is_relaxed(backend: Object) -> bool:
    name = (backend.get("service") or {}).get("name") or ""
    return not is_dns1123_label(name) and bool(is_dns1035_label(name))


def _validate_host(host: str, field: str) -> list[FieldError]:
    errors = [] if is_valid_ip(host) else [invalid(field, host, _NO_NAME)]
    return errors + _validate_domain(host, field)


def _validate_domain(host: str, field: str) -> list[FieldError]:
    return check_by(field, host, is_wildcard_dns1123_subdomain if "*" in host else is_dns1123_subdomain)


def _validate_tls(items: list[Object], before: list[Object]) -> list[FieldError]:
    errors = []
    forgiven = any((name := item.get("secretName")) and is_dns1123_subdomain(name) for item in before)
    for index, item in enumerate(items):
        field = f"spec.tls[{index}]"
        for place, host in enumerate(item.get("hosts") or ()):
            errors += _validate_domain(host, f"{field}.hosts[{place}]")
        if (name := item.get("secretName")) and not forgiven:
            errors += check_by(f"{field}.secretName", name, is_dns1123_subdomain)
    return errors


def _validate_paths(rule: Object, field: str, lenient: bool) -> list[FieldError]:
    if (http := rule.get("http")) is None:
        return []
    paths = http.get("paths") or []
    errors = [] if paths else [required(f"{field}.http.paths")]
    for index, path in enumerate(paths):
        errors += _validate_path(path, f"{field}.http.paths[{index}]", lenient)
    return errors


def _validate_path(path: Object, field: str, lenient: bool) -> list[FieldError]:
    kind, text = path.get("pathType"), path.get("path") or ""
    if kind is None:
        return [required(f"{field}.pathType", "pathType must be specified")]
    errors = []
    if kind in ("Exact", "Prefix"):
        faults = [] if text.startswith("/") else [_ABSOLUTE]
        faults += [f"must not contain '{part}'" for part in _BAD_SEQUENCES if part in text]
        faults += [f"cannot end with '{end}'" for end in _BAD_ENDS if text.endswith(end)]
        errors += [invalid(f"{field}.path", text, fault) for fault in faults]
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            errors.append(invalid(f"{field}.path", text, _ABSOLUTE))
    else:
        errors.append(unsupported(f"{field}.pathType", kind, _PATH_TYPES))
    return errors + _validate_backend(path.get("backend") or {}, f"{field}.backend", lenient)


def _validate_backend(backend: Object, field: str, lenient: bool) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid(field, "", "cannot set both resource and service backends")]
    if resource is not None:
        return validate_reference(resource, f"{field}.resource")
    if service is None:
        return [invalid(field, "", "resource or service backend is required")]
    rule = is_dns1123_label if lenient else is_dns1035_label
    errors = check_name(f"{field}.service.name", service.get("name"), rule)
    return errors + _validate_port(service.get("port") or {}, field)


def _validate_port(port: Object, field: str) -> list[FieldError]:
    name, number = port.get("name"), port.get("number")
    if name and number:
        return [invalid(field, "", "cannot set both port name & port number")]
    if name:
        return check_by(f"{field}.service.port.name", name, is_valid_port_name)
    if number:
        return check_by(f"{field}.service.port.number", number, is_valid_port_num)
    return [required(field, "port name or number is required")]


def validate_reference(reference: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the group, kind and name of something referred to."""
    group, errors = reference.get("apiGroup"), []
    if group is not None:
        errors += check_by(f"{field}.apiGroup", group, is_dns1123_subdomain)
    for part in ("kind", "name"):
        value = reference.get(part)
        path = f"{field}.{part}"
        errors += check_by(path, value, is_path_segment_name) if value else [required(path, f"{part} is required")]
    return errors


def validate_ingress_status(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with the points at which a load balancer answers."""
    known = {point.get("ip") for point in _list_points(old)}
    errors = []
    for index, point in enumerate(_list_points(new)):
        field, ip, host = f"status.loadBalancer.ingress[{index}]", point.get("ip"), point.get("hostname")
        if ip and ip not in known:
            errors += check_by(f"{field}.ip", ip, is_valid_ip)
        if host:
            errors += check_by(f"{field}.hostname", host, is_dns1123_subdomain)
            errors += [] if is_valid_ip(host) else [invalid(f"{field}.hostname", host, _NO_NAME)]
    return errors


def _list_points(ingress: Object) -> list[Object]:
    return ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
