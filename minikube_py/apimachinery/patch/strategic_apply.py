"""Strategic merge patches applied: lists merge by key, and directives delete, replace, order and retain.

See "Update API Objects in Place Using kubectl patch" in Kubernetes' documentation. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.patch.errors import BadPatchFormat, PatchError
from minikube_py.apimachinery.patch.strategic_meta import (
    DELETE_FROM_LIST,
    DIRECTIVE,
    RETAIN_KEYS,
    SET_ORDER,
    FieldMeta,
    Object,
    go_type,
    holds_objects,
    key_of,
    lookup,
)
from minikube_py.apimachinery.schema import Schema

_BAD_ORDER = "invalid patch format of setElementOrder list"


def apply_strategic_merge_patch(obj: Object, patch: Object, schema: Schema | None) -> Object:
    """Return `obj` changed by `patch`. Raises PatchError (see `errors.to_status_error`) for a patch that makes no sense."""
    return merge_map(obj, patch, schema, to_object=True)


def merge_map(original: Object, patch: Object, schema: Schema | None, to_object: bool) -> Object:
    """Return `patch` merged over `original`, which is an object (`to_object`) or itself a patch.

    Merging two patches keeps nulls and directives, so that applying the result does what applying both would.
    """
    if DIRECTIVE in patch:
        return _follow_directive(patch)
    result = _retain_keys(original, patch, to_object)
    remaining = {key: value for key, value in patch.items() if key != RETAIN_KEYS}
    for key in [key for key in remaining if key.startswith(SET_ORDER)]:
        _merge_ordered_list(result, remaining, key, schema, to_object)
    for key, value in remaining.items():
        if key.startswith(DELETE_FROM_LIST):
            _delete_from_list(result, key, value, to_object)
        else:
            _merge_field(result, key, value, schema, to_object)
    return result


def _follow_directive(patch: Object) -> Object:
    directive = patch[DIRECTIVE]
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != DIRECTIVE}
    if directive == "delete":
        return {}
    raise _unknown_directive(patch)


def _unknown_directive(patch: Object) -> PatchError:
    return PatchError(f"unknown patch type: {format_go_value(patch[DIRECTIVE])} in map: {format_go_value(patch)}")


def _retain_keys(original: Object, patch: Object, to_object: bool) -> Object:
    if RETAIN_KEYS not in patch:
        return dict(original)
    retained = patch[RETAIN_KEYS]
    if not to_object:
        known = original.get(RETAIN_KEYS, retained)
        if known != retained:
            text = f"{format_go_value(known)} and {format_go_value(retained)} are not deep equal"
            raise PatchError(text + ": this may happen when calculating the 3-way diff patch")
        return {**original, RETAIN_KEYS: retained}
    if not isinstance(retained, list):
        raise BadPatchFormat("invalid patch format of retainKeys")
    for key, value in patch.items():
        if value is not None and key != RETAIN_KEYS and not _is_list_directive(key) and key not in retained:
            raise BadPatchFormat("invalid patch format of retainKeys")
    return {key: value for key, value in original.items() if key in retained}


def _is_list_directive(key: str) -> bool:
    return key.startswith((DELETE_FROM_LIST, SET_ORDER))


def _merge_field(result: Object, key: str, value: Any, schema: Schema | None, to_object: bool) -> None:
    if value is None:
        result.pop(key, None)
        if not to_object:
            result[key] = None
        return
    old = result.get(key)
    if isinstance(old, dict) and isinstance(value, dict):
        meta = lookup(schema, key)
        result[key] = value if meta.strategy == "replace" else merge_map(old, value, meta.schema, to_object)
    elif isinstance(old, list) and isinstance(value, list):
        result[key] = _merge_lists(old, value, lookup(schema, key), to_object)
    elif isinstance(value, dict) and DIRECTIVE in value:
        result.pop(key, None)
    else:
        result[key] = _without_directives(value, to_object)


def _without_directives(value: Any, to_object: bool) -> Any:
    """Return a value that is new to the object, without what only directs a merge; in an object also without nulls."""
    if isinstance(value, list):
        return [_without_directives(item, to_object) for item in value if not _is_directive(item)]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_directives(inner, to_object) if isinstance(inner, dict | list) else inner
        for key, inner in value.items()
        if not _is_directive(inner) and not (to_object and (inner is None or key == RETAIN_KEYS or _is_list_directive(key)))
    }


def _is_directive(item: Any) -> bool:
    return isinstance(item, dict) and DIRECTIVE in item


def _delete_from_list(result: Object, key: str, value: Any, to_object: bool) -> None:
    if not to_object:
        result[key] = value
        return
    field = _field_of_directive(key, "invalid patch format of primitive list")
    if value is None:
        result.pop(field, None)
    elif isinstance(value, list) and isinstance(result.get(field), list):
        result[field] = [item for item in result[field] if item not in value]


def _field_of_directive(key: str, problem: str) -> str:
    prefix, slash, field = key.partition("/")
    if not slash or prefix not in (DELETE_FROM_LIST, SET_ORDER):
        raise BadPatchFormat(problem)
    return field


def _merge_ordered_list(result: Object, remaining: Object, key: str, schema: Schema | None, to_object: bool) -> None:
    order = remaining.pop(key)
    if not to_object and result.setdefault(key, order) != order:
        raise BadPatchFormat(_BAD_ORDER)
    if not isinstance(order, list):
        raise PatchError(f"expected a []interface {{}}, but received a {go_type(order)}")
    field = _field_of_directive(key, _BAD_ORDER)
    old, new = _list_at(result, field), _list_at(remaining, field)
    meta = lookup(schema, field)
    identify = _identity(meta.merge_key)
    if new:
        _check_order(new, order, identify)
    if old is None and new is None:
        return
    if new is None:
        merged = old or []
    elif old is None:
        merged = _without_directives(new, to_object)
    else:
        merged = _merge_lists(old, new, meta, to_object)
    remaining.pop(field, None)
    result[field] = _arrange(merged, order, old or [], identify)


def _list_at(parent: Object, field: str) -> list[Any] | None:
    value = parent.get(field)
    if value is not None and not isinstance(value, list):
        raise PatchError(f"expected a []interface {{}}, but received a {go_type(value)}")
    return value


def _identity(merge_key: str) -> Callable[[Any], Any]:
    return (lambda item: key_of(item, merge_key)) if merge_key else (lambda item: item)


def _check_order(items: list[Any], order: list[Any], identify: Callable[[Any], Any]) -> None:
    """Check that the patch's items stand in `order`, in that order; deletions may be anywhere."""
    rest = iter([identify(item) for item in order])
    for item in items:
        if order and not _is_directive(item) and identify(item) not in rest:
            listing = f"{format_go_value(items)}\n doesn't match {SET_ORDER} list:\n{format_go_value(order)}\n"
            raise PatchError(f"The order in patch list:\n{listing}")


def _merge_lists(old: list[Any], new: list[Any], meta: FieldMeta, to_object: bool) -> list[Any]:
    if meta.strategy != "merge":
        return new
    if not old and not new:
        return old
    if not holds_objects(old, new):
        merged = list({_to_hashable(item): item for item in (*old, *new)}.values())
        return _arrange(merged, new, old, _identity(""))
    if not meta.merge_key:
        raise PatchError(f"cannot merge lists without merge key for {meta.schema.name if meta.schema else ''}")
    kept, patches = _follow_list_directives(old, new, meta.merge_key)
    identify = _identity(meta.merge_key)
    merged = list(kept)
    for item in patches:
        index = next((i for i, other in enumerate(merged) if other.get(meta.merge_key) == identify(item)), None)
        if index is None:
            merged.append(_without_directives(item, to_object))
        else:
            merged[index] = merge_map(merged[index], item, meta.schema, to_object)
    return _arrange(merged, patches, kept, identify)


def _follow_list_directives(old: list[Any], new: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """Return what is left of the old list, and the new list's items that are to be merged into it."""
    plain = [item for item in new if DIRECTIVE not in item]
    replace, deleted = False, []
    for item in new:
        directive = item.get(DIRECTIVE, "")
        if directive == "delete":
            deleted.append(key_of(item, merge_key))
        elif directive == "merge":
            raise PatchError("merging lists cannot yet be specified in the patch")
        elif directive == "replace":
            replace = True
        elif DIRECTIVE in item:
            raise _unknown_directive(item)
    if replace:
        return plain, []
    return [item for item in old if item.get(merge_key) not in deleted], plain


def _arrange(merged: list[Any], order: list[Any], old: list[Any], identify: Callable[[Any], Any]) -> list[Any]:
    """Return `merged` with the items of `order` in its order and the others, known to the object alone, in the old order.

    One of the others comes before the first ordered item that it stood before in the old list.
    """

    def known_as(item: Any) -> Any:
        return _to_hashable(identify(item))

    wanted, place = _positions(map(known_as, order)), _positions(map(known_as, old))
    known = [(known_as(item), item) for item in merged]
    named = sorted((pair for pair in known if pair[0] in wanted), key=lambda pair: wanted[pair[0]])
    others = [pair for pair in known if pair[0] not in wanted]
    others.sort(key=lambda pair: (_is_directive(pair[1]), place.get(pair[0], len(place))))
    arranged: list[Any] = []
    for name, item in named:
        here = place.get(name, -1)
        while others and place.get(others[0][0], len(place)) < here:
            arranged.append(others.pop(0)[1])
        arranged.append(item)
    return arranged + [item for _, item in others]


def _to_hashable(value: Any) -> Any:
    """Return what stands for a value in a table: objects and lists, which nobody should use as a key, by their text."""
    return repr(value) if isinstance(value, dict | list) else value


def _positions(identities: Iterable[Any]) -> dict[Any, int]:
    positions: dict[Any, int] = {}
    for index, identity in enumerate(identities):
        positions.setdefault(identity, index)
    return positions
