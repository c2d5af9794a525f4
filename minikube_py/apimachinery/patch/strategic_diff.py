"""Strategic merge patches computed, as kubectl apply, edit and set do on the client."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.patch.errors import PatchConflict, PatchError
from minikube_py.apimachinery.patch.strategic_apply import merge_map
from minikube_py.apimachinery.patch.strategic_conflicts import have_conflicts
from minikube_py.apimachinery.patch.strategic_meta import (
    DELETE_FROM_LIST,
    DIRECTIVE,
    RETAIN_KEYS,
    SET_ORDER,
    FieldMeta,
    Object,
    holds_objects,
    key_of,
    lookup,
)
from minikube_py.apimachinery.schema import Schema


class _Options(NamedTuple):
    """Which differences go into the patch."""

    changes: bool = True
    deletions: bool = True
    order: bool = True


class _ListDiff(NamedTuple):
    """A merging list's parts of a patch: the list, what to delete from it, and its order."""

    patch: list[Any]
    deleted: list[Any]
    order: list[Any]


def create_two_way_merge_patch(original: Object, modified: Object, schema: Schema | None) -> Object:
    """Return the patch that makes `modified` of `original`; empty where nothing differs. Raises PatchError."""
    return _diff_maps(original, modified, schema, _Options(), retain_keys=False)


def create_three_way_merge_patch(
    original: Object, modified: Object, current: Object, schema: Schema | None, overwrite: bool = True
) -> Object:
    """Return the patch for `current`: what `modified` adds or changes, and what it dropped since `original`.

    `original` is the configuration applied last. Without `overwrite`, raises PatchConflict where the patch touches what was
    changed in `current` since then.
    """
    changes = _diff_maps(current, modified, schema, _Options(deletions=False), retain_keys=False)
    deletions = _diff_maps(original, modified, schema, _Options(changes=False), retain_keys=False)
    patch = merge_map(deletions, changes, schema, to_object=False)
    if not overwrite:
        changed = _diff_maps(original, current, schema, _Options(order=False), retain_keys=False)
        if have_conflicts(patch, changed, schema):
            raise PatchConflict(patch, changed)
    return patch


def _diff_maps(original: Object, modified: Object, schema: Schema | None, options: _Options, retain_keys: bool) -> Object:
    patch: Object = {}
    for key, new in modified.items():
        if key not in original:
            if options.changes:
                patch[key] = new
        elif key == DIRECTIVE:
            if new != original[key]:
                patch[key] = new
        else:
            _diff_field(patch, key, original[key], new, schema, options)
    missing = [key for key in original if key not in modified]
    if options.deletions:
        patch.update(dict.fromkeys(missing))
    retained = sorted(key for key, value in modified.items() if value is not None) if retain_keys else []
    if retained and (patch or any(original[key] is not None for key in missing)):
        patch[RETAIN_KEYS] = retained
    return patch


def _diff_field(patch: Object, key: str, old: Any, new: Any, schema: Schema | None, options: _Options) -> None:
    meta = _lookup_if_needed(schema, key, old, new)
    if isinstance(old, dict) and isinstance(new, dict) and meta and meta.strategy != "replace":
        inner = _diff_maps(old, new, meta.schema, options, meta.retain_keys)
        if inner:
            patch[key] = inner
    elif isinstance(old, list) and isinstance(new, list) and meta and meta.strategy == "merge":
        _put_list_diff(patch, key, _diff_lists(old, new, meta, options))
    elif options.changes and (type(old) is not type(new) or old != new):
        patch[key] = new


def _lookup_if_needed(schema: Schema | None, key: str, old: Any, new: Any) -> FieldMeta | None:
    """Return how a field merges; None for scalars and for a field nobody knows whose value did not change."""
    if not isinstance(new, dict | list) or type(old) is not type(new):
        return None
    try:
        return lookup(schema, key)
    except PatchError:
        if old == new:
            return None
        raise


def _put_list_diff(patch: Object, key: str, diff: _ListDiff) -> None:
    if diff.patch:
        patch[key] = diff.patch
    if diff.deleted:
        patch[f"{DELETE_FROM_LIST}/{key}"] = diff.deleted
    if diff.order:
        patch[f"{SET_ORDER}/{key}"] = diff.order


def _diff_lists(old: list[Any], new: list[Any], meta: FieldMeta, options: _Options) -> _ListDiff:
    if not old:
        return _ListDiff(new if options.changes else [], [], [])
    if holds_objects(old, new):
        return _diff_object_lists(old, new, meta, options)
    return _diff_scalar_lists(old, new, options)


def _diff_object_lists(old: list[Any], new: list[Any], meta: FieldMeta, options: _Options) -> _ListDiff:
    merge_key = meta.merge_key
    left: dict[str, list[Any]] = {}
    for item in old:
        left.setdefault(str(key_of(item, merge_key)), []).append(item)
    patch: list[Any] = []
    for item in new:
        matches = left.get(str(key_of(item, merge_key)))
        if matches:
            inner = _diff_maps(matches.pop(0), item, meta.schema, options, meta.retain_keys)
            if inner:
                patch.append({**inner, merge_key: item[merge_key]})
        elif options.changes:
            patch.append(item)
    if options.deletions:
        gone = [item for _, items in sorted(left.items()) for item in items]
        patch += [{merge_key: item[merge_key], DIRECTIVE: "delete"} for item in gone]
    same_order = [item[merge_key] for item in old] == [item[merge_key] for item in new]
    ordered = options.order and (patch or (options.changes and not same_order))
    return _ListDiff(patch, [], [{merge_key: item[merge_key]} for item in new] if ordered else [])


def _diff_scalar_lists(old: list[Any], new: list[Any], options: _Options) -> _ListDiff:
    added = [item for item in new if item not in old] if options.changes else []
    deleted = sorted({item for item in old if item not in new}, key=str) if options.deletions else []
    # kubectl sorts the old list before it compares, so a list that is not sorted always names its order.
    ordered = options.order and (deleted or (options.changes and sorted(old, key=str) != new))
    return _ListDiff(added, deleted, new if ordered else [])
