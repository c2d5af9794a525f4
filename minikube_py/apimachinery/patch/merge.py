"""JSON merge patches (RFC 7386): objects merge, lists are replaced whole, null removes."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def apply_merge_patch(obj: Any, patch: Any) -> Any:
    """Return `obj` changed by `patch`; neither is changed, and the result may share parts with both."""
    if not isinstance(patch, dict):
        return patch
    result: Object = dict(obj) if isinstance(obj, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply_merge_patch(result.get(key), value)
    return result


def create_merge_patch(original: Object, modified: Object) -> Object:
    """Return the patch that makes `modified` of `original`. A null inside `modified` cannot be expressed and removes."""
    patch: Object = {}
    for key, value in modified.items():
        if key not in original:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(original[key], dict):
            inner = create_merge_patch(original[key], value)
            if inner:
                patch[key] = inner
        elif not _equal(original[key], value):
            patch[key] = value
    patch.update({key: None for key in original if key not in modified})
    return patch


def create_three_way_merge_patch(original: Object, modified: Object, current: Object) -> Object:
    """Return the patch for `current`: what `modified` adds or changes, and what it dropped since `original`.

    Fields that stand in `current` alone, set by others, are left. This is how apply treats custom resources.
    """
    changes = _keep_values(create_merge_patch(current, modified))
    deletions = _keep_nulls(create_merge_patch(original, modified))
    return _overlay(deletions, changes)


def _equal(left: Any, right: Any) -> bool:
    """Tell 1 from true, which Python's == does not."""
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _keep_values(patch: Object) -> Object:
    kept: Object = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            inner = _keep_values(value)
            if inner:
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _keep_nulls(patch: Object) -> Object:
    kept: Object = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict):
            inner = _keep_nulls(value)
            if inner:
                kept[key] = inner
    return kept


def _overlay(deletions: Object, changes: Object) -> Object:
    merged = dict(deletions)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
