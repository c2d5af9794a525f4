"""Ingress: https://kubernetes.io/docs/concepts/services-networking/ingress/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.networking.ingress_backends import CLASS_ANNOTATION, iterate_backends

_SHOWN_HOSTS = 3


def _spec(ingress: Object) -> Object:
    return ingress.get("spec") or {}


def tell_hosts(ingress: Object, now: float) -> str:
    """Return the HOSTS cell: three of them at most, `*` for all."""
    rules = _spec(ingress).get("rules") or []
    hosts: list[str] = []
    for rule in rules:
        if len(hosts) == _SHOWN_HOSTS:
            return f"{','.join(hosts)} + {len(rules) - _SHOWN_HOSTS} more..."
        if host := rule.get("host"):
            hosts.append(host)
    return ",".join(hosts) or "*"


def tell_address(ingress: Object, now: float) -> str:
    """Return the ADDRESS cell: where the load balancer answers."""
    points = ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({address for point in points if (address := point.get("ip") or point.get("hostname"))}))


def set_defaults(ingress: Object) -> None:
    """Write what always stands."""
    for backend in iterate_backends(ingress.setdefault("spec", {})):
        if (service := backend.get("service")) is not None:
            service.setdefault("port", {})
    ingress.setdefault("status", {}).setdefault("loadBalancer", {})


def _prepare_for_create(ingress: Object) -> None:
    ingress["status"] = {"loadBalancer": {}}


def _prepare_for_status_update(new: Object, old: Object) -> None:
    new.setdefault("status", {}).setdefault("loadBalancer", {})


def _validate(ingress: Object) -> list[FieldError]:
    from minikube_py.apis.networking.ingress_validation import validate_new_ingress

    return validate_new_ingress(ingress)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.networking.ingress_validation import validate_ingress_update

    return validate_ingress_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.networking.ingress_validation import validate_ingress_status

    return validate_ingress_status(new, old)


def _warn(ingress: Object) -> list[str]:
    annotated = CLASS_ANNOTATION in (ingress["metadata"].get("annotations") or {})
    if not annotated or ingress["spec"].get("ingressClassName") is not None:
        return []
    return [f"annotation \"{CLASS_ANNOTATION}\" is deprecated, please use 'spec.ingressClassName' instead"]


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="Ingress",
    plural="ingresses",
    singular="ingress",
    short_names=("ing",),
    schema="io.k8s.api.networking.v1.Ingress",
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Class", lambda ingress, now: _spec(ingress).get("ingressClassName") or "<none>"),
        Column("Hosts", tell_hosts),
        Column("Address", tell_address),
        Column("Ports", lambda ingress, now: "80, 443" if _spec(ingress).get("tls") else "80"),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=_warn,
    warns_of_updates=False,
)
