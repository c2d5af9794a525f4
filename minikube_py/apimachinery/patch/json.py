"""JSON patches (RFC 6902), refused in the API server's words."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.patch.errors import REJECTED
from minikube_py.apimachinery.patch.operations import OperationError, apply_operations, name_json

MAX_OPERATIONS = 10_000


def apply_json_patch(obj: Any, patch_list: Any) -> Any:
    """Return `obj` with the operations applied in order; all of them or none.

    Raises BadRequest where the patch is no list of objects, RequestEntityTooLarge beyond 10,000 operations, and Invalid
    where an operation is unknown, points at nothing, or is a test that fails.
    """
    _check_shape(patch_list)
    try:
        return apply_operations(obj, patch_list)
    except OperationError as error:
        raise errors.Invalid(REJECTED, {}) from error


def _check_shape(patch_list: Any) -> None:
    if not isinstance(patch_list, list):
        raise errors.BadRequest(_decode_error(patch_list, "[]handlers.jsonPatchOp"))
    for operation in patch_list:
        if not isinstance(operation, dict):
            raise errors.BadRequest(_decode_error(operation, "handlers.jsonPatchOp"))
    if len(patch_list) > MAX_OPERATIONS:
        text = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(patch_list)}"
        raise errors.RequestEntityTooLarge(text)


def _decode_error(value: Any, go_type: str) -> str:
    return f"error decoding patch: json: cannot unmarshal {name_json(value)} into Go value of type {go_type}"
