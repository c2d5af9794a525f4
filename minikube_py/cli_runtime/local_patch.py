"""Patches applied on the client, for --local and --dry-run=client, and the types that a kind's patches may have."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from minikube_py.apimachinery.patch.operations import name_json
from minikube_py.apimachinery.schema import Schema
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.discovery import ResourceInfo
from minikube_py.client.request import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH

Object = dict[str, Any]


@lru_cache(maxsize=64)
def find_schema(resource: ResourceInfo) -> Schema | None:
    """Return the schema by which a kind's objects merge strategically; None for kinds that are no part of Kubernetes."""
    from minikube_py.apimachinery import schema
    from minikube_py.apis import catalog

    kind = catalog.find_by_kind(resource.group, resource.kind, resource.version)
    return schema.load(kind.schema) if kind is not None and kind.schema else None


PATCH_TYPES = {"json": JSON_PATCH, "merge": MERGE_PATCH, "strategic": STRATEGIC_MERGE_PATCH}
"""What --type and --override-type call them."""


class BrokenJSON(NamedTuple):
    """A patch that is no JSON: it is sent, or applied, all the same, and fails there."""

    problem: str  # in the words of Go's decoder


_BROKEN = {MERGE_PATCH: "Invalid JSON Patch", STRATEGIC_MERGE_PATCH: "invalid JSON document"}


def parse_json_patch(text: str) -> Any:
    """Return the value of a patch written as JSON, BrokenJSON for what is none."""
    import json

    from minikube_py.apimachinery.json_syntax import explain

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return BrokenJSON(explain(text))


def apply_patch(resource: ResourceInfo, obj: Object, patch: Any, content_type: str) -> Any:
    """Return what a patch makes of an object, whatever it is. Raises CliError."""
    if isinstance(patch, BrokenJSON):
        raise CliError(_BROKEN.get(content_type, patch.problem))
    return _APPLIERS[content_type](resource, obj, patch)


def apply_locally(resource: ResourceInfo, obj: Object, patch: Any, content_type: str) -> Object:
    """Return the object as a patch makes it, in the words of kubectl where it cannot. Raises CliError."""
    patched = apply_patch(resource, obj, patch, content_type)
    if not isinstance(patched, dict):
        raise CliError(f"json: cannot unmarshal {name_json(patched)} into Go value of type unstructured.detector")
    if not isinstance(patched.get("kind"), str) or not patched["kind"]:
        raise CliError(f"Object 'Kind' is missing in '{json_text(patched)}'")
    return patched


def json_text(value: Any) -> str:
    """Return compact JSON with its keys in order."""
    import json

    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def _apply_operations(resource: ResourceInfo, obj: Object, patch: Any) -> Any:
    from minikube_py.apimachinery.patch.operations import OperationError, apply_operations

    if patch is not None and not isinstance(patch, list):
        raise CliError(f"json: cannot unmarshal {name_json(patch)} into Go value of type jsonpatch.Patch")
    for operation in patch or ():
        if operation is not None and not isinstance(operation, dict):
            raise CliError(f"json: cannot unmarshal {name_json(operation)} into Go value of type jsonpatch.Operation")
    try:
        return apply_operations(obj, patch or ())
    except OperationError as error:
        _, missing, key = str(error).partition("doc is missing key: ")
        raise CliError(f"Object to be patched is missing field ({key})" if missing else str(error)) from None


def _merge(resource: ResourceInfo, obj: Object, patch: Any) -> Any:
    from minikube_py.apimachinery.patch.merge import apply_merge_patch

    if not isinstance(patch, dict | list):
        raise CliError(_BROKEN[MERGE_PATCH])
    return apply_merge_patch(obj, patch)


def _merge_strategically(resource: ResourceInfo, obj: Object, patch: Any) -> Any:
    from minikube_py.apimachinery.patch.errors import PatchError
    from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch

    schema = find_schema(resource)
    if schema is None:
        kind = f"{resource.group}/{resource.version}, Kind={resource.kind}"
        raise CliError(f"strategic merge patch is not supported for {kind} locally, try --type merge")
    if patch is not None and not isinstance(patch, dict):
        raise CliError(_BROKEN[STRATEGIC_MERGE_PATCH])
    try:
        return apply_strategic_merge_patch(obj, patch or {}, schema)
    except PatchError as error:
        raise CliError(str(error)) from error


_APPLIERS: dict[str, Callable[[ResourceInfo, Object, Any], Any]] = {
    JSON_PATCH: _apply_operations,
    MERGE_PATCH: _merge,
    STRATEGIC_MERGE_PATCH: _merge_strategically,
}
