"""The operations of JSON patches (RFC 6902), as the library that Kubernetes uses carries them out and words what fails.

It is laxer than the RFC: `replace` and `test` of a key that is not there find null, and an index may be negative.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from minikube_py.apimachinery.patch.errors import PatchError
from minikube_py.apimachinery.unstructured import deep_copy

Object = dict[str, Any]
MISSING = "missing value"


class OperationError(PatchError):
    """An operation that cannot be done, in the library's words."""

    code = 422

    def wrap(self, prefix: str) -> OperationError:
        """Return the same error, told of at `prefix`."""
        return OperationError(f"{prefix}: {self}")


def apply_operations(obj: Any, operations: Sequence[Object | None]) -> Any:
    """Return a changed copy of an object or list. Raises OperationError at the first operation that cannot be done."""
    document = deep_copy(obj)
    for operation in operations:
        operation = operation or {}
        kind = operation.get("op")
        act = _OPERATIONS.get(kind) if isinstance(kind, str) else None
        if act is None:
            raise OperationError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}")
        document = act(document, operation)
    return document


def _add(document: Any, operation: Object) -> Any:
    path = _read_path(operation, "path", "add operation failed to decode path", brief=True)
    holder, key = _find(document, path, f'add operation does not apply: doc is missing path: "{path}"')
    _insert(holder, key, deep_copy(operation.get("value")), f"error in add for path: '{path}'")
    return document


def _remove(document: Any, operation: Object) -> Any:
    path = _read_path(operation, "path", "remove operation failed to decode path", brief=True)
    holder, key = _find(document, path, f'remove operation does not apply: doc is missing path: "{path}"')
    _take(holder, key, f"error in remove for path: '{path}'")
    return document


def _replace(document: Any, operation: Object) -> Any:
    path = _read_path(operation, "path", "replace operation failed to decode path")
    value = deep_copy(operation.get("value"))
    if not path:
        return value if isinstance(value, dict | list) else document
    holder, key = _find(document, path, f"replace operation does not apply: doc is missing path: {path}")
    try:
        _get(holder, key)
    except OperationError:
        raise OperationError(f"replace operation does not apply: doc is missing key: {path}: {MISSING}") from None
    holder[key if isinstance(holder, dict) else _index(key, len(holder))] = value
    return document


def _move(document: Any, operation: Object) -> Any:
    origin = _read_path(operation, "from", "move operation failed to decode from")
    holder, key = _find(document, origin, f"move operation does not apply: doc is missing from path: {origin}")
    failure = f"error in move for path: '{key}'"
    value = _get(holder, key, failure)
    _take(holder, key, failure)
    path = _read_path(operation, "path", "move operation failed to decode path")
    target, name = _find(document, path, f"move operation does not apply: doc is missing destination path: {path}")
    _insert(target, name, value, f"error in move for path: '{path}'")
    return document


def _copy(document: Any, operation: Object) -> Any:
    origin = _read_path(operation, "from", "copy operation failed to decode from")
    holder, key = _find(document, origin, f"copy operation does not apply: doc is missing from path: {origin}")
    value = _get(holder, key, f"error in copy for from: '{origin}'")
    path = _read_path(operation, "path", "copy operation failed to decode path", brief=True)
    target, name = _find(document, path, f"copy operation does not apply: doc is missing destination path: {path}")
    _insert(target, name, deep_copy(value), "error while adding value during copy")
    return document


def _test(document: Any, operation: Object) -> Any:
    path = _read_path(operation, "path", "test operation failed to decode path")
    value = document
    if path:
        holder, key = _find(document, path, f"test operation does not apply: is missing path: {path}")
        value = _get(holder, key, f"error in test for path: '{path}'")
    if _write(value) != _write(operation.get("value")):
        raise OperationError(f"testing value {path} failed: test failed")
    return document


_OPERATIONS = {"add": _add, "remove": _remove, "replace": _replace, "move": _move, "copy": _copy, "test": _test}


def _write(value: Any) -> str:
    """Return JSON by which values are compared, for Python's == takes 1 for true."""
    return json.dumps(value, sort_keys=True)


def _read_path(operation: Object, field: str, failure: str, *, brief: bool = False) -> str:
    """Return an operation's path or from. Raises OperationError; where it is `brief`, without what is wrong with it."""
    path = operation.get(field)
    if isinstance(path, str):
        return path
    if brief:
        raise OperationError(f"{failure}: {MISSING}")
    if path is not None:
        raise OperationError(f"{failure}: json: cannot unmarshal {name_json(path)} into Go value of type string")
    raise OperationError(f"{failure}: operation{'' if field == 'path' else ','} missing {field} field: {MISSING}")


def name_json(value: Any) -> str:
    """Return the word by which Go's decoder calls a JSON value."""
    if isinstance(value, bool):
        return "bool"
    kinds = {dict: "object", list: "array", str: "string", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def _find(document: Any, path: str, failure: str) -> tuple[Any, str]:
    """Return the map or list that a path's last part is in, and that part. Raises OperationError where there is none."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")]
    value: Any = document if len(parts) > 1 else None
    for name in parts[1:-1]:
        try:
            value = _get(value, name)
        except OperationError:
            value = None
        if not isinstance(value, dict | list):
            break
    if not isinstance(value, dict | list):
        raise OperationError(f"{failure}: {MISSING}")
    return value, parts[-1]


def _get(holder: Any, key: str, failure: str = "") -> Any:
    """Return a value of a map (None where it is not there) or of a list. Raises OperationError."""
    try:
        return holder.get(key) if isinstance(holder, dict) else holder[_index(key, len(holder))]
    except OperationError as error:
        raise error.wrap(failure) from None


def _index(part: str, length: int, *, beyond: int = 0) -> int:
    try:
        index = int(part)
    except ValueError:
        problem = f"value was not a proper array index: '{part}': " * bool(beyond)
        raise OperationError(f'{problem}strconv.Atoi: parsing "{part}": invalid syntax') from None
    if index < -length - beyond or index >= length + beyond:
        raise OperationError(f"Unable to access invalid index: {index}: invalid index referenced")
    return index if index >= 0 else index + length + beyond


def _insert(holder: Any, key: str, value: Any, failure: str) -> None:
    if isinstance(holder, dict):
        holder[key] = value
        return
    if key == "-":
        holder.append(value)
        return
    try:
        holder.insert(_index(key, len(holder), beyond=1), value)
    except OperationError as error:
        raise error.wrap(failure) from None


def _take(holder: Any, key: str, failure: str) -> None:
    try:
        if isinstance(holder, list):
            del holder[_index(key, len(holder))]
        elif key in holder:
            del holder[key]
        else:
            raise OperationError(f"Unable to remove nonexistent key: {key}: {MISSING}")
    except OperationError as error:
        raise error.wrap(failure) from None
