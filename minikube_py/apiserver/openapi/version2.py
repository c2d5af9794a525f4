"""The one OpenAPI 2 document of all that is served: what kubectl before 1.29 and some generators read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.openapi.definitions import V2, collect
from minikube_py.apiserver.openapi.operations import PATCH, Operation, describe_kind, list_operations
from minikube_py.apiserver.openapi.parameters import PARAMETERS
from minikube_py.apiserver.openapi.version3 import FORMS, WATCHED, list_patches, name_tag
from minikube_py.component_base.version import KUBERNETES_VERSION

Object = dict[str, Any]
_TEXTS = {200: "OK", 201: "Created", 202: "Accepted"}
_SECURITY = {"type": "apiKey", "description": "Bearer Token authentication", "name": "authorization", "in": "header"}


def write_document(kinds: Sequence[Kind]) -> Object:
    """Return the document of all kinds."""
    operations = [operation for kind in kinds for operation in list_operations(kind)]
    names = {name for operation in operations for name in (operation.body, operation.answer)}
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": KUBERNETES_VERSION},
        "paths": _write_paths(operations),
        "definitions": collect(sorted(names), kinds, V2),
        "securityDefinitions": {"BearerToken": _SECURITY},
        "security": [{"BearerToken": []}],
    }


def _write_paths(operations: Iterable[Operation]) -> Object:
    paths: Object = {}
    for operation in operations:
        item = paths.setdefault(operation.path, {"parameters": [_write_parameter(name) for name in operation.path_parameters]})
        item[operation.method] = _write(operation)
    return dict(sorted(paths.items()))


def _write_parameter(name: str) -> Object:
    parameter = PARAMETERS[name]
    required = {"required": True} if parameter.place == "path" else {}
    described = {"name": name.strip("{}"), "in": parameter.place, "description": parameter.description, **required}
    return {"uniqueItems": True, "type": parameter.type, **described}


def _write(operation: Operation) -> Object:
    root = operation.path.split("/")
    group, version = (root[2], root[3]) if root[1] == "apis" else ("", root[2])
    parameters = [_write_parameter(name) for name in sorted(operation.parameters)]
    if operation.body:
        required = {} if operation.method == "delete" else {"required": True}
        parameters.insert(0, {"name": "body", "in": "body", **required, "schema": {"$ref": V2 + operation.body}})
    produces = (
        ["*/*"] if operation.connects else [*FORMS, *(WATCHED if operation.action in ("list", "watch", "watchlist") else ())]
    )
    schema = {"$ref": V2 + operation.answer} if operation.answer else {"type": "string"}
    answers: Object = {str(code): {"description": _TEXTS[code], "schema": schema} for code in operation.codes}
    return {
        "consumes": list(list_patches(operation)) if operation.body == PATCH else ["*/*"],
        "description": operation.description,
        "operationId": operation.id,
        "produces": produces,
        "schemes": ["https"],
        "tags": [name_tag(group, version)],
        "parameters": parameters,
        "responses": {**answers, "401": {"description": "Unauthorized"}},
        "x-kubernetes-action": operation.action,
        "x-kubernetes-group-version-kind": describe_kind(operation),
    }
