"""JSON patches (RFC 6902) in the words of the library that kustomize uses, which name the place that a patch fails at."""

from __future__ import annotations

import json
from typing import Any

from minikube_py.apimachinery.patch import operations as operations_of_patch
from minikube_py.cli_runtime.kustomize.errors import KustomizeError

Object = dict[str, Any]
MAX_OPERATIONS = 10_000


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
    try:
        changed: Object = operations_of_patch.apply_operations(obj, operations)
    except operations_of_patch.OperationError as error:
        raise KustomizeError(str(error)) from error
    return changed
