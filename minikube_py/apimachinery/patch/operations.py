"""The operations of a JSON patch (RFC 6902), done as the library does them that Kubernetes, kubectl and kustomize use.

Where it departs from the RFC it is followed: what is not there may be replaced in an object, copied (as null) and tested
for null; indices may be negative. Its errors name the place that a patch fails at.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.depth import TOO_DEEP, is_too_deep

Object = dict[str, Any]

_MISSING = "missing value"
_NOT_GIVEN = {"path": "operation missing path field: ", "from": "operation, missing from field: "}
_INVALID_INDEX = "invalid index referenced"
_COPIED_TOO_MUCH = "Unable to complete the copy, the accumulated size increase of copy is {}, exceeding the limit {}"


class OperationError(ValueError):
    """An operation that cannot be done; the text grows by the places that it passes."""

    def wrap(self, prefix: str) -> OperationError:
        """Return the same error, told of at `prefix`."""
        return type(self)(f"{prefix}: {self}")


def apply_operations(obj: Any, operations: Sequence[Object | None], copy_limit: int | None = None) -> Any:
    """Return a changed copy of a JSON document. Raises OperationError at the first operation that cannot be done.

    All that is copied together may have `copy_limit` bytes of JSON: copies of copies double.
    """
    root, copied = {"": copy.deepcopy(obj)}, 0
    for operation in operations:
        kind = (operation or {}).get("op")
        act = _OPERATIONS.get(kind) if isinstance(kind, str) else None
        if operation is None or act is None:
            raise OperationError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}")
        value = act(root, operation)
        if kind == "copy" and copy_limit is not None:
            copied += len(codec.encode(value))
            if copied > copy_limit:
                raise OperationError(_COPIED_TOO_MUCH.format(copied, copy_limit))
    return root[""]


def _add(root: Object, operation: Object) -> None:
    path = _get_path(operation, "path")
    holder, key = _find(root, path, f'add operation does not apply: doc is missing path: "{path}"')
    _insert(holder, key, copy.deepcopy(operation.get("value")), f"error in add for path: '{path}'")


def _remove(root: Object, operation: Object) -> None:
    path = _get_path(operation, "path")
    holder, key = _find(root, path, f'remove operation does not apply: doc is missing path: "{path}"')
    _take(holder, key, f"error in remove for path: '{path}'")


def _replace(root: Object, operation: Object) -> None:
    path = _get_path(operation, "path")
    if not path:
        value = operation.get("value")
        if isinstance(value, dict | list | None):  # the whole of it is no other value, whatever is said
            root[""] = copy.deepcopy(value)
        return
    holder, key = _find(root, path, f"replace operation does not apply: doc is missing path: {path}")
    try:
        _get(holder, key)
    except OperationError as error:
        raise OperationError(f"replace operation does not apply: doc is missing key: {path}: {_MISSING}") from error
    holder[key if isinstance(holder, dict) else _index(key, len(holder))] = copy.deepcopy(operation.get("value"))


def _move(root: Object, operation: Object) -> None:
    origin = _get_path(operation, "from")
    holder, key = _find(root, origin, f"move operation does not apply: doc is missing from path: {origin}")
    value = _get_at(holder, key, f"error in move for path: '{key}'")
    _take(holder, key, f"error in move for path: '{key}'")
    path = _get_path(operation, "path")
    target, name = _find(root, path, f"move operation does not apply: doc is missing destination path: {path}")
    _insert(target, name, value, f"error in move for path: '{path}'")


def _copy(root: Object, operation: Object) -> Any:
    origin = _get_path(operation, "from")
    holder, key = _find(root, origin, f"copy operation does not apply: doc is missing from path: {origin}")
    value = _get_at(holder, key, f"error in copy for from: '{origin}'")
    if is_too_deep(value):
        raise OperationError(TOO_DEEP)
    path = _get_path(operation, "path")
    target, name = _find(root, path, f"copy operation does not apply: doc is missing destination path: {path}")
    _insert(target, name, copy.deepcopy(value), "error while adding value during copy")
    return value


def _test(root: Object, operation: Object) -> None:
    path = _get_path(operation, "path")
    holder, key = _find(root, path, f"test operation does not apply: is missing path: {path}") if path else (root, "")
    value = _get_at(holder, key, f"error in test for path: '{path}'")
    if not _equal(value, operation.get("value")):
        raise OperationError(f"testing value {path} failed: test failed")


_OPERATIONS: dict[str, Callable[[Object, Object], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _equal(left: Any, right: Any) -> bool:
    """Compare as JSON does: 1 is not true."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _get_path(operation: Object, field: str) -> str:
    path = operation.get(field)
    if not isinstance(path, str):
        verb = operation["op"]
        why = "" if verb in ("add", "remove") else _NOT_GIVEN[field]
        raise OperationError(f"{verb} operation failed to decode {field}: {why}{_MISSING}")
    return path


def _find(root: Object, path: str, problem: str) -> tuple[Any, str]:
    """Return the map or list that a path's last part is in, and that part. Raises OperationError with the problem."""
    names = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    value: Any = root[""]
    for name in names[:-1]:
        try:
            value = _get(value, name)
        except OperationError as error:
            raise OperationError(f"{problem}: {_MISSING}") from error
        if not isinstance(value, dict | list):
            raise OperationError(f"{problem}: {_MISSING}")
    if not names:
        raise OperationError(f"{problem}: {_MISSING}")
    return value, names[-1]


def _get_at(holder: Any, key: str, place: str) -> Any:
    try:
        return _get(holder, key)
    except OperationError as error:
        raise error.wrap(place) from error


def _get(holder: Any, key: str) -> Any:
    """Return a value of a map (None where it is not there) or of a list. Raises OperationError."""
    return holder.get(key) if isinstance(holder, dict) else holder[_index(key, len(holder))]


def _index(part: str, length: int, *, beyond: int = 0) -> int:
    try:
        index = int(part)
    except ValueError:
        problem = f"value was not a proper array index: '{part}': " * bool(beyond)
        raise OperationError(f'{problem}strconv.Atoi: parsing "{part}": invalid syntax') from None
    if index < -(length + beyond) or index >= length + beyond:
        raise OperationError(f"Unable to access invalid index: {index}: {_INVALID_INDEX}")
    return index if index >= 0 else index + length + beyond


def _insert(holder: Any, key: str, value: Any, place: str) -> None:
    if isinstance(holder, dict):
        holder[key] = value
    elif key == "-":
        holder.append(value)
    else:
        try:
            holder.insert(_index(key, len(holder), beyond=1), value)
        except OperationError as error:
            raise error.wrap(place) from error


def _take(holder: Any, key: str, place: str) -> None:
    try:
        if isinstance(holder, list):
            del holder[_index(key, len(holder))]
        elif key in holder:
            del holder[key]
        else:
            raise OperationError(f"Unable to remove nonexistent key: {key}: {_MISSING}")
    except OperationError as error:
        raise error.wrap(place) from error
