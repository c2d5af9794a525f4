"""Places in objects: a path, for which types it holds, and whether it is made where it is not there.

A path is `spec/template/spec/containers/env/value`; lists on the way are gone through, `name[]` must be a list, `\\/` is a slash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.resid import Gvk, ResId, gvk_of
from minikube_py.cli_runtime.kustomize.scalars import text_of

Object = dict[str, Any]
Change = Callable[[Any], Any]


class FieldSpec(NamedTuple):
    """Where a transformer works."""

    gvk: Gvk
    path: str
    create: bool = False


def spec_from(fields: Object) -> FieldSpec:
    """Return the field spec that a file describes."""
    gvk = Gvk(*(fields.get(part) or "" for part in ("group", "version", "kind")))
    return FieldSpec(gvk, fields.get("path") or "", bool(fields.get("create")))


def merge_specs(specs: Iterable[FieldSpec], more: Iterable[FieldSpec]) -> list[FieldSpec]:
    """Return both lists as one, without what is there already. Raises KustomizeError where two differ in `create` alone."""
    result = list(specs)
    for new in more:
        known = next((s for s in result if s.path == new.path and s.gvk.is_selected(new.gvk)), None)
        if known is None:
            result.append(new)
        elif known.create != new.create:
            raise KustomizeError("conflicting fieldspecs")
    return result


def split_path(path: str, delimiter: str = "/") -> list[str]:
    """Return the parts of a path; a delimiter behind a backslash is a part of the name."""
    pieces = path.split(delimiter)
    if len(pieces) > 1 and not pieces[0]:
        pieces = pieces[1:]
    parts = [pieces[0]]
    for piece in pieces[1:]:
        if parts[-1].endswith("\\"):
            parts[-1] = parts[-1][:-1] + delimiter + piece
        else:
            parts.append(piece)
    return parts


def change_all(obj: Object, specs: Iterable[FieldSpec], change: Change, new: Any = None) -> None:
    """Do change_field for each of several specs. Raises KustomizeError."""
    for spec in specs:
        change_field(obj, spec, change, new)


def change_field(obj: Object, spec: FieldSpec, change: Change, new: Any = None) -> None:
    """Put `change(value)` in the place of each value that a spec leads to, where the object is of its type.

    `new` is what a missing field is made of, where the spec says so: {} or "". Raises KustomizeError.
    """
    gvk = gvk_of(obj)
    if not gvk.is_selected(spec.gvk):
        return
    try:
        _walk(obj, split_path(spec.path), spec.create and new is not None, change, new)
    except KustomizeError as error:
        raise error.wrap(f"considering field '{spec.path}' of object {describe(obj)}") from error


def describe(obj: Object) -> ResId:
    """Return the id of an object, for messages."""
    metadata = obj.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name, namespace = (text_of(metadata.get(field) or "") for field in ("name", "namespace"))
    return ResId(gvk_of(obj), name, namespace)


def _walk(value: Any, path: list[str], create: bool, change: Change, new: Any) -> Any:
    if not path:
        return change(value)
    if value is None:
        return value
    if isinstance(value, list):
        for index, item in enumerate(value):
            try:
                value[index] = _walk(item, path, create, change, new)
            except KustomizeError as error:
                raise error.wrap(f"visit traversal on path: [{' '.join(path)}]") from error
        return value
    if not isinstance(value, dict):
        raise KustomizeError("expected sequence or mapping node")
    _walk_map(value, path, create, change, new)
    return value


def _walk_map(value: Object, path: list[str], create: bool, change: Change, new: Any) -> None:
    name = path[0].removesuffix("[]")
    if not name:
        raise KustomizeError("cannot set or create an empty field name")
    is_list = name != path[0]
    made: Any = [] if is_list else ({} if len(path) > 1 else type(new)())
    makes = create and not is_list
    if name not in value:
        if not makes:
            return
        value[name] = made
    elif value[name] is None and (makes or is_list):
        value[name] = made
    value[name] = _walk(value[name], path[1:], create, change, new)
