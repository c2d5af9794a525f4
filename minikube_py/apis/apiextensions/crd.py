"""CustomResourceDefinition: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.unstructured import set_condition
from minikube_py.apis.apiextensions import crd_validation
from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Kind, Object

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


def set_defaults(crd: Object) -> None:
    """Fill in names and the conversion strategy."""
    spec = crd.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if names.get("kind"):
        names.setdefault("listKind", f"{names['kind']}List")
        names.setdefault("singular", names["kind"].lower())
    spec.setdefault("conversion", {"strategy": "None"})
    conversion = spec["conversion"]
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None:
        service.setdefault("port", 443)
    for version in spec.get("versions") or ():
        version.setdefault("served", False)
        version.setdefault("storage", False)


def prepare_for_create(crd: Object) -> None:
    """A new definition has no status but the version its objects will be stored in."""
    empty = {"kind": "", "plural": ""}
    crd["status"] = {"acceptedNames": empty, "conditions": None, "storedVersions": _storage_versions(crd)}


def prepare_for_update(new: Object, old: Object) -> None:
    """Remember each version that objects have ever been stored in."""
    status = new.setdefault("status", {"acceptedNames": {"kind": "", "plural": ""}, "conditions": None})
    stored = list(status.get("storedVersions") or ())
    new["status"] = {**status, "storedVersions": stored + [v for v in _storage_versions(new) if v not in stored]}


def _storage_versions(crd: Object) -> list[str]:
    return [v["name"] for v in crd["spec"].get("versions") or () if v.get("storage")][:1]


def prepare_for_delete(crd: Object, stamp: str) -> None:
    """A definition stays until the objects it made are gone."""
    metadata, status = crd["metadata"], crd.setdefault("status", {})
    if metadata.get("deletionTimestamp"):
        return
    known = metadata.get("finalizers") or []
    metadata["finalizers"] = known if FINALIZER in known else [*known, FINALIZER]
    condition = {
        "type": "Terminating",
        "status": "True",
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    conditions = [dict(c) for c in status.get("conditions") or ()]
    set_condition(conditions, condition, stamp)
    crd["status"] = {**status, "conditions": conditions}


KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    singular="customresourcedefinition",
    schema="io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
    unconditional_update=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    namespaced=False,
    subresources=("status",),
    generation=True,
    columns=(NAME, Column("Created At", lambda crd, now: crd["metadata"].get("creationTimestamp", ""), type="date")),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    prepare_for_delete=prepare_for_delete,
    validate=crd_validation.validate,
    validate_update=crd_validation.validate_update,
    validate_status_update=crd_validation.validate_status_update,
)
