"""JSON patches (RFC 6902) in the words of the library that kustomize uses, which name the place that a patch fails at."""

from __future__ import annotations

import copy
import json
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError

Object = dict[str, Any]
MAX_OPERATIONS = 10_000
_MISSING = "missing value"


def parse_operations(text: str) -> list[Object]:
    """Return the operations of a patch in JSON or YAML. Raises KustomizeError."""
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    if not text:
        raise KustomizeError("empty json patch operations")
    try:
        operations = json.loads(text) if text.startswith("[") else load_value(text.encode())
    except ManifestError as error:
        raise KustomizeError(f"error converting YAML to JSON: {error}") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise KustomizeError(str(error)) from None
    if operations is None:
        return []
    if not isinstance(operations, list):
        kind = {dict: "object", str: "string", bool: "bool"}.get(type(operations), "number")
        raise KustomizeError(f"json: cannot unmarshal {kind} into Go value of type jsonpatch.Patch")
    for operation in operations:
        if not isinstance(operation, dict):
            raise KustomizeError("json: cannot unmarshal value into Go value of type jsonpatch.Operation")
    if len(operations) > MAX_OPERATIONS:
        raise KustomizeError(f"a JSON patch may have {MAX_OPERATIONS} operations, this one has {len(operations)}")
    return operations


def apply_operations(obj: Object, operations: list[Object]) -> Object:
    """Return a changed copy of an object. Raises KustomizeError at the first operation that cannot be done."""
    root = {"": copy.deepcopy(obj)}
    for operation in operations:
        kind = operation.get("op")
        act = _OPERATIONS.get(kind) if isinstance(kind, str) else None
        if act is None:
            raise KustomizeError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}")
        act(root, operation)
    result: Object = root[""]
    return result


def _add(root: Object, operation: Object) -> None:
    path = _get_path(operation, "add", "path")
    holder, key = _find(root, path, "add")
    _insert(holder, key, copy.deepcopy(operation.get("value")), path, "add")


def _remove(root: Object, operation: Object) -> None:
    path = _get_path(operation, "remove", "path")
    holder, key = _find(root, path, "remove")
    _take(holder, key, path, "remove")


def _replace(root: Object, operation: Object) -> None:
    path = _get_path(operation, "replace", "path")
    holder, key = _find(root, path, "replace", quoted=False)
    try:
        _get(holder, key)
    except KustomizeError as error:
        raise KustomizeError(f"replace operation does not apply: doc is missing key: {path}: {_MISSING}") from error
    holder[key if isinstance(holder, dict) else _index(key, len(holder))] = copy.deepcopy(operation.get("value"))


def _move(root: Object, operation: Object) -> None:
    origin = _get_path(operation, "move", "from")
    holder, key = _find(root, origin, "move", what="from path")
    try:
        value = _get(holder, key)
    except KustomizeError as error:
        raise error.wrap(f"error in move for path: '{key}'") from error
    _take(holder, key, key, "move")
    path = _get_path(operation, "move", "path")
    target, name = _find(root, path, "move", what="destination path")
    _insert(target, name, value, path, "move")


def _copy(root: Object, operation: Object) -> None:
    origin = _get_path(operation, "copy", "from")
    holder, key = _find(root, origin, "copy", what="from path")
    try:
        value = _get(holder, key)
    except KustomizeError as error:
        raise error.wrap(f"error in copy for from: '{origin}'") from error
    path = _get_path(operation, "copy", "path")
    target, name = _find(root, path, "copy", what="destination path")
    _insert(target, name, copy.deepcopy(value), path, "copy")


def _test(root: Object, operation: Object) -> None:
    path = _get_path(operation, "test", "path")
    holder, key = _find(root, path, "test", what="path: is")
    try:
        value = _get(holder, key)
    except KustomizeError as error:
        raise error.wrap(f"error in test for path: '{path}'") from error
    wanted = operation.get("value")
    if value != wanted or isinstance(value, bool) != isinstance(wanted, bool):
        raise KustomizeError(f"testing value {path} failed: test failed")


_OPERATIONS = {"add": _add, "remove": _remove, "replace": _replace, "move": _move, "copy": _copy, "test": _test}


def _get_path(operation: Object, kind: str, field: str) -> str:
    path = operation.get(field)
    if not isinstance(path, str):
        name = "from" if field == "from" else "path"
        raise KustomizeError(f"{kind} operation failed to decode {name}: {_MISSING}")
    return path


def _find(root: Object, path: str, kind: str, *, what: str = "path", quoted: bool = True) -> tuple[Any, str]:
    """Return the map or list that a path's last part is in, and that part. Raises KustomizeError."""
    parts = path.split("/")
    if len(parts) < 2 and path:
        raise _no_path(path, kind, what, quoted)
    value: Any = root
    names = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    for name in names[:-1]:
        try:
            value = _get(value, name)
        except KustomizeError as error:
            raise _no_path(path, kind, what, quoted) from error
        if not isinstance(value, dict | list):
            raise _no_path(path, kind, what, quoted)
    return value, names[-1]


def _no_path(path: str, kind: str, what: str, quoted: bool) -> KustomizeError:
    shown = f'"{path}"' if quoted and kind in ("add", "remove") else path
    missing = f"doc is missing {what}: {shown}" if kind != "test" else f"is missing path: {path}"
    return KustomizeError(f"{kind} operation does not apply: {missing}: {_MISSING}")


def _get(holder: Any, key: str) -> Any:
    """Return a value of a map (None where it is not there) or of a list. Raises KustomizeError."""
    return holder.get(key) if isinstance(holder, dict) else holder[_index(key, len(holder))]


def _index(part: str, length: int, *, beyond: int = 0) -> int:
    try:
        index = int(part)
    except ValueError:
        problem = f"value was not a proper array index: '{part}': " * bool(beyond)
        raise KustomizeError(f'{problem}strconv.Atoi: parsing "{part}": invalid syntax') from None
    if index < -length or index >= length + beyond:
        raise KustomizeError(f"Unable to access invalid index: {index}: invalid index referenced")
    return index if index >= 0 else index + length


def _insert(holder: Any, key: str, value: Any, path: str, kind: str) -> None:
    if isinstance(holder, dict):
        holder[key] = value
        return
    if key == "-":
        holder.append(value)
        return
    try:
        holder.insert(_index(key, len(holder), beyond=1), value)
    except KustomizeError as error:
        raise error.wrap(f"error in {kind} for path: '{path}'") from error


def _take(holder: Any, key: str, path: str, kind: str) -> None:
    try:
        if isinstance(holder, list):
            del holder[_index(key, len(holder))]
        elif key in holder:
            del holder[key]
        else:
            raise KustomizeError(f"Unable to remove nonexistent key: {key}: {_MISSING}")
    except KustomizeError as error:
        raise error.wrap(f"error in {kind} for path: '{path}'") from error
