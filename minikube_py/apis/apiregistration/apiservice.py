"""APIService: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/"""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import is_dns1035_label, is_dns1123_subdomain
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

LOCAL = {
    "type": "Available",
    "status": "True",
    "reason": "Local",
    "message": "Local APIServices are always available",
}


def set_defaults(service: Object) -> None:
    """Services are reached at 443."""
    spec = service.setdefault("spec", {})
    if spec.get("service") is not None:
        spec["service"].setdefault("port", 443)


def prepare_for_create(service: Object) -> None:
    """A group that this server serves itself is available at once."""
    service["status"] = {}
    if service["spec"].get("service") is None:
        stamp = service["metadata"].get("creationTimestamp")
        service["status"] = {"conditions": [{"lastTransitionTime": stamp, **LOCAL}]}


def validate(service: Object) -> list[FieldError]:
    """Check name, priorities and the service behind it."""
    return [*_validate_names(service), *_validate_spec(service["spec"])]


def _validate_names(service: Object) -> Iterator[FieldError]:
    spec, name = service["spec"], service["metadata"].get("name", "")
    group, version = spec.get("group") or "", spec.get("version") or ""
    if name != f"{version}.{group}":
        yield invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{version}.{group}"')
    if not group and version != "v1":
        yield required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    if group:
        yield from (invalid("spec.group", group, why) for why in is_dns1123_subdomain(group))
    yield from (invalid("spec.version", version, why) for why in is_dns1035_label(version))


def _validate_spec(spec: Object) -> Iterator[FieldError]:
    for word, limit in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        value = spec.get(word) or 0
        if not 0 < value <= limit:
            yield invalid(f"spec.{word}", value, f"must be positive and less than {limit}")
    service, insecure, bundle = spec.get("service"), bool(spec.get("insecureSkipTLSVerify")), spec.get("caBundle") or ""
    if service is None:
        if bundle:
            import base64

            yield invalid(
                "spec.caBundle", f"{len(base64.b64decode(bundle))} bytes", "local APIServices may not have a caBundle"
            )
        if insecure:
            yield invalid("spec.insecureSkipTLSVerify", True, "local APIServices may not have insecureSkipTLSVerify")
        return
    for word in ("namespace", "name"):
        if not service.get(word):
            yield required(f"spec.service.{word}")
    if insecure and bundle:
        yield invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")


def _show_service(obj: Object, now: float) -> str:
    service = obj["spec"].get("service")
    return f"{service['namespace']}/{service['name']}" if service else "Local"


def _show_available(obj: Object, now: float) -> str:
    condition = find_condition((obj.get("status") or {}).get("conditions"), "Available")
    if condition is None:
        return "Unknown"
    status = str(condition["status"])
    return status if status == "True" else f"{status} ({condition.get('reason', '')})"


KIND = Kind(
    group="apiregistration.k8s.io",
    version="v1",
    kind="APIService",
    plural="apiservices",
    singular="apiservice",
    schema="io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
    unconditional_update=False,
    categories=("api-extensions",),
    namespaced=False,
    subresources=("status",),
    columns=(NAME, Column("Service", _show_service), Column("Available", _show_available), AGE),
    validate_name="path_segment",
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
