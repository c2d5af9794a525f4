"""Patches applied on the client, for --local and --dry-run=client, and the types that a kind's patches may have."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from minikube_py.apimachinery.schema import Schema
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import JSON_PATCH, MERGE_PATCH

Object = dict[str, Any]


@lru_cache(maxsize=64)
def find_schema(resource: ResourceInfo) -> Schema | None:
    """Return the schema by which a kind's objects merge strategically; None for kinds that are no part of Kubernetes."""
    from minikube_py.apimachinery import schema
    from minikube_py.apis import catalog

    kind = catalog.find_by_kind(resource.group, resource.kind, resource.version)
    return schema.load(kind.schema) if kind is not None and kind.schema else None


def apply_locally(resource: ResourceInfo, obj: Object, patch: Any, content_type: str) -> Object:
    """Return the object as a patch makes it. Raises CliError, StatusError, PatchError."""
    if content_type == JSON_PATCH:
        from minikube_py.apimachinery.patch.json import apply_json_patch
        from minikube_py.apimachinery.unstructured import deep_copy

        patched: Object = apply_json_patch(deep_copy(obj), patch)
        return patched
    if content_type == MERGE_PATCH:
        from minikube_py.apimachinery.patch.merge import apply_merge_patch

        merged: Object = apply_merge_patch(obj, patch)
        return merged
    from minikube_py.apimachinery.patch.errors import PatchError
    from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch

    schema = find_schema(resource)
    if schema is None:
        kind = f"{resource.group}/{resource.version}, Kind={resource.kind}"
        raise CliError(f"strategic merge patch is not supported for {kind} locally, try --type merge")
    try:
        return apply_strategic_merge_patch(obj, patch, schema)
    except PatchError as error:
        raise CliError(str(error)) from error
