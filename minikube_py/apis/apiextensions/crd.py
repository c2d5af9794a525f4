"""CustomResourceDefinition: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.unstructured import set_condition
from minikube_py.apis.apiextensions import crd_validation, string_formats
from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Kind, Object

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
_NUMBERS = {"integer": ("int32", "int64"), "number": ("float", "double")}


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
    metadata["finalizers"] = [*(f for f in metadata.get("finalizers") or () if f != FINALIZER), FINALIZER]
    condition = {
        "type": "Terminating",
        "status": "True",
        "reason": "InstanceDeletionPending",
        "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    }
    conditions = [dict(c) for c in status.get("conditions") or ()]
    set_condition(conditions, condition, stamp)
    crd["status"] = {**status, "conditions": conditions}


def warn(crd: Object) -> list[str]:
    """Name the formats that nobody checks."""
    schemas = [(v.get("schema") or {}).get("openAPIV3Schema") for v in crd["spec"].get("versions") or ()]
    return [f'unrecognized format "{name}"' for schema in schemas if schema for name in _list_unknown_formats(schema)]


def _list_unknown_formats(schema: Mapping[str, Any]) -> Iterator[str]:
    name, kind = schema.get("format"), schema.get("type")
    if name:
        known = _NUMBERS.get(kind or "", ())
        if not (name in known or (kind in (None, "", "string") and name.replace("-", "") in string_formats.SUPPORTED)):
            yield name
    for inner in (schema.get("properties") or {}).values():
        yield from _list_unknown_formats(inner)
    for word in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(word), Mapping):
            yield from _list_unknown_formats(schema[word])
    for word in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(word) or ():
            yield from _list_unknown_formats(inner)


KIND = Kind(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    singular="customresourcedefinition",
    schema="io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
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
    warnings=warn,
)
