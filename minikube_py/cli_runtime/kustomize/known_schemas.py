"""What kustomize knows of types: those of Kubernetes 1.21, for which lists are merged by key."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.schema import Schema, load
from minikube_py.cli_runtime.kustomize.scalars import text_of

_PACKAGES = {
    "v1": "io.k8s.api.core.v1",
    "apps/v1": "io.k8s.api.apps.v1",
    "autoscaling/v1": "io.k8s.api.autoscaling.v1",
    "batch/v1": "io.k8s.api.batch.v1",
    "batch/v1beta1": "io.k8s.api.batch.v1",
    "admissionregistration.k8s.io/v1": "io.k8s.api.admissionregistration.v1",
    "admissionregistration.k8s.io/v1beta1": "io.k8s.api.admissionregistration.v1",
    "apiextensions.k8s.io/v1": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
    "apiregistration.k8s.io/v1": "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
    "certificates.k8s.io/v1": "io.k8s.api.certificates.v1",
    "coordination.k8s.io/v1": "io.k8s.api.coordination.v1",
    "discovery.k8s.io/v1": "io.k8s.api.discovery.v1",
    "events.k8s.io/v1": "io.k8s.api.events.v1",
    "networking.k8s.io/v1": "io.k8s.api.networking.v1",
    "networking.k8s.io/v1beta1": "io.k8s.api.networking.v1",
    "node.k8s.io/v1": "io.k8s.api.node.v1",
    "policy/v1": "io.k8s.api.policy.v1",
    "policy/v1beta1": "io.k8s.api.policy.v1",
    "rbac.authorization.k8s.io/v1": "io.k8s.api.rbac.v1",
    "scheduling.k8s.io/v1": "io.k8s.api.scheduling.v1",
    "storage.k8s.io/v1": "io.k8s.api.storage.v1",
    "storage.k8s.io/v1beta1": "io.k8s.api.storage.v1",
}
_NEWER_KINDS = {
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "IPAddress",
    "ServiceCIDR",
    "CSIStorageCapacity",
}
_NEWER_FIELDS = {"matchConditions", "resourceClaims", "schedulingGates"}


def schema_of(value: Any) -> Schema | None:
    """Return the schema of an object that says what it is of, where it is known."""
    if not isinstance(value, dict) or not value.get("kind") or not value.get("apiVersion"):
        return None
    package, kind = _PACKAGES.get(text_of(value["apiVersion"])), text_of(value["kind"])
    if package is None or kind in _NEWER_KINDS:
        return None
    try:
        return load(f"{package}.{kind}")
    except KeyError:
        return None


def field_schema(schema: Schema | None, field: str) -> Schema | None:
    """Return the schema of a field, or of a map's values."""
    if schema is None or field in _NEWER_FIELDS:
        return None
    return schema.fields.get(field) or (schema.items if schema.type == "map" else None)


def is_merged(schema: Schema | None) -> bool:
    """Return whether lists of the schema are merged rather than replaced."""
    return schema is not None and "merge" in schema.patch_strategies


def merge_keys(schema: Schema | None) -> tuple[str, ...]:
    """Return the keys that tell items of a list apart; none for lists of scalars."""
    if schema is None:
        return ()
    return schema.list_map_keys or ((schema.merge_key,) if schema.merge_key else ())
