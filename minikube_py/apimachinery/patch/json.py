"""JSON patches (RFC 6902) as the API server takes and refuses them. What each operation does stands in `operations`."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.depth import TOO_DEEP, is_too_deep
from minikube_py.apimachinery.gosyntax import json_kind
from minikube_py.apimachinery.patch.errors import REJECTED
from minikube_py.apimachinery.patch.operations import OperationError, apply_operations

MAX_OPERATIONS = 10_000
MAX_COPIED_BYTES = 3 << 20  # as much as a request may have
_FIELDS = ("op", "path", "from", "value")


def apply_json_patch(obj: Any, patch_list: Any) -> Any:
    """Return `obj` with the operations applied in order; all of them or none. `obj` is not changed.

    Raises BadRequest where the patch is no list of objects, RequestEntityTooLarge beyond 10,000 operations, and Invalid
    where an operation is unknown, points at nothing, copies too much, or is a test that fails.
    """
    _check_shape(patch_list)
    try:
        patched = apply_operations(obj, patch_list or [], MAX_COPIED_BYTES)
        if is_too_deep(patched):
            raise OperationError(TOO_DEEP)
    except OperationError as error:
        raise errors.Invalid(REJECTED, {}) from error
    return patched


def list_unknown_fields(patch_list: Any) -> list[str]:
    """Return what strict decoding says of fields that operations do not have; a patch of another shape has none."""
    operations = patch_list if isinstance(patch_list, list) else []
    return [
        f'json patch unknown field "[{index}].{field}"'
        for index, operation in enumerate(operations)
        for field in operation or ()
        if field not in _FIELDS
    ]


def _check_shape(patch_list: Any) -> None:
    if not isinstance(patch_list, list | None):
        raise errors.BadRequest(_decode_error(patch_list, "value of type []handlers.jsonPatchOp"))
    operations: list[Any] = patch_list or []
    for operation in operations:
        if not isinstance(operation, dict | None):
            raise errors.BadRequest(_decode_error(operation, "value of type handlers.jsonPatchOp"))
        for field in ("op", "path", "from"):
            value = operation.get(field) if operation else None
            if not isinstance(value, str | None):
                raise errors.BadRequest(_decode_error(value, f"struct field jsonPatchOp.{field} of type string"))
    if len(operations) > MAX_OPERATIONS:
        text = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}"
        raise errors.RequestEntityTooLarge(text)


def _decode_error(value: Any, go_type: str) -> str:
    return f"error decoding patch: json: cannot unmarshal {json_kind(value)} into Go {go_type}"
