"""Whether two strategic merge patches of one object want different things of the same field."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.patch.strategic_meta import (
    DIRECTIVE,
    RETAIN_KEYS,
    FieldMeta,
    Object,
    holds_objects,
    key_of,
    lookup,
)
from minikube_py.apimachinery.schema import Schema


def have_conflicts(left: Object, right: Object, schema: Schema | None) -> bool:
    """Return whether any key stands in both patches with different values. Merging lists conflict by element."""
    return any(
        _differ(left[key], right[key], lookup(schema, key) if isinstance(left[key], dict | list) and "/" not in key else _NONE)
        for key in left
        if key in right and key not in (DIRECTIVE, RETAIN_KEYS)
    )


_NONE = FieldMeta(None, "", False, "")


def _differ(left: Any, right: Any, meta: FieldMeta) -> bool:
    if isinstance(left, dict):
        if not isinstance(right, dict) or left.get(DIRECTIVE) != right.get(DIRECTIVE):
            return True
        return meta.strategy != "replace" and have_conflicts(left, right, meta.schema)
    if isinstance(left, list):
        return not isinstance(right, list) or _lists_differ(left, right, meta)
    return type(left) is not type(right) or bool(left != right)


def _lists_differ(left: list[Any], right: list[Any], meta: FieldMeta) -> bool:
    objects = holds_objects(left, right)
    if meta.strategy == "merge":
        if not objects:
            return False
        others = {key_of(item, meta.merge_key): item for item in right}
        pairs = [(item, others.get(key_of(item, meta.merge_key))) for item in left]
        return any(_differ(item, other, _NONE._replace(schema=meta.schema)) for item, other in pairs if other is not None)
    if objects:
        return left != right
    return sorted(set(left), key=str) != sorted(set(right), key=str)
