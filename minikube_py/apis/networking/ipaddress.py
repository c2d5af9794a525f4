"""IPAddress: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ip-address-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, required
from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Kind, Object


def tell_parent(address: Object, now: float) -> str:
    """Return the PARENTREF cell: `services/default/kubernetes`."""
    parent = (address.get("spec") or {}).get("parentRef")
    if parent is None:
        return "<none>"
    resource = parent.get("resource") or ""
    if parent.get("group"):
        resource = f"{resource}.{parent['group']}"
    parts = [resource.lower(), parent.get("namespace") or "", parent.get("name") or ""]
    return "/".join(part for index, part in enumerate(parts) if part or index != 1)


def _validate(address: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_subdomain, is_path_segment_name
    from minikube_py.apis.field_checks import check_by, check_name

    parent, field = address["spec"].get("parentRef"), "spec.parentRef"
    if parent is None:
        return [required(field)]
    group, namespace = parent.get("group") or "", parent.get("namespace") or ""
    errors = check_by(f"{field}.group", group, is_dns1123_subdomain) if group else []
    for part in ("resource", "name"):
        errors += check_name(f"{field}.{part}", parent.get(part), is_path_segment_name)
    return errors + (check_by(f"{field}.namespace", namespace, is_path_segment_name) if namespace else [])


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_literals import show_struct

    parent = new["spec"].get("parentRef")
    shown = "null" if parent is None else show_struct("networking.ParentReference", parent)
    return check_immutable("spec.parentRef", parent, old["spec"].get("parentRef"), shown)


def _set_defaults(address: Object) -> None:
    address.setdefault("spec", {})


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="IPAddress",
    plural="ipaddresses",
    singular="ipaddress",
    short_names=("ip",),
    schema="io.k8s.api.networking.v1.IPAddress",
    namespaced=False,
    status=False,
    validate_name="ip_address",
    columns=(NAME, Column("ParentRef", tell_parent)),
    set_defaults=_set_defaults,
    validate=_validate,
    validate_update=_validate_update,
)
