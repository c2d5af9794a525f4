"""Strategic merge patches as kustomize applies them.

What differs from the API server's: items that a patch adds to a list stand before those that are there; lists of types that
Kubernetes 1.21 does not know are replaced; `$patch: delete` at the top takes the resource away.
"""

from __future__ import annotations

import copy
from typing import Any

from minikube_py.apimachinery.schema import Schema
from minikube_py.cli_runtime.kustomize import merge_lists
from minikube_py.cli_runtime.kustomize.known_schemas import field_schema, is_merged, merge_keys, schema_of
from minikube_py.cli_runtime.kustomize.merge_values import CLEARED, MISSING, check_kinds, is_absent, read_directive
from minikube_py.cli_runtime.kustomize.resource import Resource

Object = dict[str, Any]


def apply_patch(resource: Resource, patch: Resource) -> None:
    """Merge a patch into a resource, whose kind, name and namespace stay unless the patch may change them. Raises KustomizeError."""
    kind, name, namespace = resource.kind, resource.name, resource.namespace
    if patch.allows_name_change or patch.allows_kind_change:
        resource.store_id()
    merged = merge(resource.obj, copy.deepcopy(patch.obj))
    resource.obj = merged if isinstance(merged, dict) else {}
    if not resource.obj:
        return
    if not patch.allows_kind_change:
        resource.obj["kind"] = kind
    if not patch.allows_name_change:
        resource.set_name(name)
    resource.set_namespace(namespace)


def merge(old: Any, new: Any, schema: Schema | None = None) -> Any:
    """Return `new` merged over `old`, both of which may change; CLEARED where nothing is left. Raises KustomizeError."""
    schema = schema or schema_of(old) or schema_of(new)
    present = old if not is_absent(old) else new
    if isinstance(present, dict) or is_absent(present):
        check_kinds(dict, old, new)
        return _merge_maps(old, new, schema)
    if not isinstance(present, list):
        check_kinds(None, old, new)
        return old if new is MISSING else new
    check_kinds(list, old, new)
    if not is_merged(schema):
        return old if new is MISSING else new
    return _merge_lists(old, new, schema)


def _merge_maps(old: Any, new: Any, schema: Schema | None) -> Any:
    result = _choose(old, new)
    if result is CLEARED or not isinstance(result, dict):
        return result
    patch = new if isinstance(new, dict) else {}
    for key in sorted({*result, *patch}):
        merged = merge(result.get(key, MISSING), patch.get(key, MISSING), field_schema(schema, key))
        if merged is CLEARED or merged is MISSING or (merged is None and not _keeps_null(result, patch, key)):
            result.pop(key, None)
        else:
            result[key] = merged
    return result


def _keeps_null(result: Object, patch: Object, key: str) -> bool:
    """Return whether a null was there before and the patch says nothing of it."""
    return key in result and key not in patch


def _choose(old: Any, new: Any) -> Any:
    """Return the map or list that is gone on with: the old one, the patch's, or CLEARED."""
    if is_absent(old):
        if new is MISSING:
            return old
        directive = read_directive(new, strict=False)
        return CLEARED if directive == "delete" else new
    if new is None:
        return CLEARED
    directive = read_directive(new)
    return CLEARED if directive == "delete" else new if directive == "replace" else old


def _merge_lists(old: Any, new: Any, schema: Schema | None) -> Any:
    result = new if is_absent(old) else _choose(old, new)
    if not isinstance(result, list):
        return result
    items = schema.items if schema is not None else None
    keys = merge_keys(schema)
    patch = new if isinstance(new, list) else []
    merged = merge_lists.merge_items(result, patch, keys, lambda a, b: merge(a, b, items))
    return merged if merged else CLEARED
