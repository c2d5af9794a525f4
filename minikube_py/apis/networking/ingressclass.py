"""IngressClass: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, required, too_long
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"
_MAX_CONTROLLER = 250
_SCOPES = ("Cluster", "Namespace")


def tell_parameters(ingress_class: Object, now: float) -> str:
    """Return the PARAMETERS cell: `Kind.group/name`."""
    parameters = (ingress_class.get("spec") or {}).get("parameters")
    if parameters is None:
        return "<none>"
    kind = parameters.get("kind") or ""
    if parameters.get("apiGroup") is not None:
        kind = f"{kind}.{parameters['apiGroup']}"
    return f"{kind}/{parameters.get('name') or ''}"


def set_defaults(ingress_class: Object) -> None:
    """Say where the parameters are, where the class does not."""
    parameters = ingress_class.setdefault("spec", {}).get("parameters")
    if parameters is not None and parameters.get("scope") is None:
        parameters["scope"] = "Cluster"


def _validate(ingress_class: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_domain_prefixed_path
    from minikube_py.apis.field_checks import check_by

    spec = ingress_class["spec"]
    controller = spec.get("controller") or ""
    errors = [] if controller else [required("spec.controller")]
    if len(controller.encode()) > _MAX_CONTROLLER:
        errors.append(too_long("spec.controller", _MAX_CONTROLLER))
    if controller:
        errors += check_by("spec.controller", controller, is_domain_prefixed_path)
    parameters = spec.get("parameters")
    return errors if parameters is None else errors + _validate_parameters(parameters)


def _validate_parameters(parameters: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_label
    from minikube_py.apis.field_checks import check_by, unsupported
    from minikube_py.apis.networking.ingress_validation import validate_reference

    field = "spec.parameters"
    errors = validate_reference(parameters, field)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope not in _SCOPES:
        errors.append(unsupported(f"{field}.scope", scope, _SCOPES))
    elif scope == "Cluster" and namespace is not None:
        errors.append(forbidden(f"{field}.namespace", "`parameters.scope` is set to 'Cluster'"))
    elif scope == "Namespace" and namespace is None:
        errors.append(required(f"{field}.namespace", "`parameters.scope` is set to 'Namespace'"))
    elif scope == "Namespace":
        errors += check_by(f"{field}.namespace", namespace, is_dns1123_label)
    return errors


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable

    controller = new["spec"].get("controller") or ""
    return check_immutable("spec.controller", controller, old["spec"].get("controller") or "") + _validate(new)


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IngressClass",
    plural="ingressclasses",
    singular="ingressclass",
    schema="io.k8s.api.networking.v1.IngressClass",
    namespaced=False,
    status=False,
    generation=True,
    columns=(
        NAME,
        Column("Controller", lambda ingress_class, now: (ingress_class.get("spec") or {}).get("controller") or ""),
        Column("Parameters", tell_parameters),
        AGE,
    ),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
)
