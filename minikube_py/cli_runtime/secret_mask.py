"""Hides the values of a Secret in two versions of it, so that it can still be seen which ones differ."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]

SAME, BEFORE, AFTER = "***", "*** (before)", "*** (after)"


def is_secret(obj: Object) -> bool:
    """Return whether an object is a Secret."""
    return obj.get("kind") == "Secret" and str(obj.get("apiVersion")).rpartition("/")[2] == "v1"


def mask(live: Object | None, merged: Object) -> tuple[Object | None, Object]:
    """Return both with `***` for each value of data, marked before and after where the two differ. They are not changed."""
    before, after = (live or {}).get("data") or {}, merged.get("data") or {}
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    return live and _with_data(live, changed, BEFORE), _with_data(merged, changed, AFTER)


def _with_data(obj: Object, changed: set[str], mark: str) -> Object:
    data = obj.get("data")
    if data is None:
        return obj
    return {**obj, "data": {key: mark if key in changed else SAME for key in data}}
