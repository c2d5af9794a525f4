"""Service: https://kubernetes.io/docs/concepts/services-networking/service/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

NONE = "<none>"


def tell_cluster_ip(service: Object, now: float) -> str:
    """Return the CLUSTER-IP cell."""
    spec = service.get("spec") or {}
    addresses = spec.get("clusterIPs") or [spec.get("clusterIP")]
    return addresses[0] or NONE


def tell_external_ip(service: Object, now: float) -> str:
    """Return the EXTERNAL-IP cell."""
    spec = service.get("spec") or {}
    kind, own = spec.get("type"), spec.get("externalIPs") or []
    if kind == "ExternalName":
        return str(spec.get("externalName") or "")
    if kind == "LoadBalancer":
        ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
        balancer = ",".join(sorted({address for i in ingress if (address := i.get("ip") or i.get("hostname"))}))
        return ",".join([*([balancer] if balancer else []), *own]) or "<pending>"
    return ",".join(own) or NONE


def tell_ports(service: Object, now: float) -> str:
    """Return the PORT(S) cell: `80:30080/TCP`."""
    ports = (service.get("spec") or {}).get("ports") or ()
    words = [
        f"{p.get('port', 0)}:{p['nodePort']}/{p.get('protocol', '')}"
        if p.get("nodePort")
        else f"{p.get('port', 0)}/{p.get('protocol', '')}"
        for p in ports
    ]
    return ",".join(words) or NONE


def tell_selector(service: Object, now: float) -> str:
    """Return the SELECTOR cell."""
    from minikube_py.apimachinery.labels import format_labels

    return format_labels((service.get("spec") or {}).get("selector"))


def _set_defaults(service: Object) -> None:
    from minikube_py.apis.core.service_strategy import set_defaults

    set_defaults(service)


def _prepare_for_create(service: Object) -> None:
    service["status"] = {"loadBalancer": {}}


def _prepare_for_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.service_strategy import prepare_for_update

    prepare_for_update(new, old)


def _prepare_for_status_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.service_strategy import set_ip_modes

    new.setdefault("status", {}).setdefault("loadBalancer", {})
    set_ip_modes(new)


def _validate(service: Object) -> list[FieldError]:
    from minikube_py.apis.core.service_validation import validate_service

    return validate_service(service)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.service_validation import validate_service_update

    return validate_service_update(new, old)


def _validate_status(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.service_validation import validate_service_status

    return validate_service_status(new)


def _warn(service: Object) -> list[str]:
    from minikube_py.apis.core.service_warnings import warn_about_service

    return list(warn_about_service(service))


KIND = Kind(
    group="",
    version="v1",
    kind="Service",
    plural="services",
    singular="service",
    short_names=("svc",),
    categories=("all",),
    schema="io.k8s.api.core.v1.Service",
    create_on_update=True,
    subresources=("proxy", "status"),
    columns=(
        NAME,
        Column("Type", lambda service, now: (service.get("spec") or {}).get("type") or ""),
        Column("Cluster-IP", tell_cluster_ip),
        Column("External-IP", tell_external_ip),
        Column("Port(s)", tell_ports),
        AGE,
        Column("Selector", tell_selector, priority=1),
    ),
    selectable={
        "spec.clusterIP": lambda service: (service.get("spec") or {}).get("clusterIP") or "",
        "spec.type": lambda service: (service.get("spec") or {}).get("type") or "",
    },
    validate_name="dns1035label",
    set_defaults=_set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status,
    warnings=_warn,
)
