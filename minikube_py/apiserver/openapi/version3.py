"""The OpenAPI 3 document of one group version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.openapi.definitions import META, V3, collect
from minikube_py.apiserver.openapi.operations import PATCH, Operation, describe_kind, find_root, list_operations, name_group
from minikube_py.apiserver.openapi.parameters import PARAMETERS
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH
from minikube_py.component_base.version import KUBERNETES_VERSION

Object = dict[str, Any]
PATCHES = (APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH)
FORMS = ("application/json", "application/vnd.kubernetes.protobuf", "application/yaml")
WATCHED = ("application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch")
RESOURCES = META + "APIResourceList"
_TEXTS = {200: "OK", 201: "Created", 202: "Accepted"}
_SECURITY = {"type": "apiKey", "description": "Bearer Token authentication", "name": "authorization", "in": "header"}


def write_document(group: str, version: str, kinds: Sequence[Kind]) -> Object:
    """Return the document of a group version with those kinds."""
    operations = [operation for kind in kinds for operation in list_operations(kind)]
    names = {name for operation in operations for name in (operation.body, operation.answer)} | {RESOURCES, META + "WatchEvent"}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": KUBERNETES_VERSION},
        "paths": {f"{find_root(group, version)}/": _write_root(group, version), **_write_paths(operations)},
        "components": {"schemas": collect(sorted(names), kinds, V3), "securitySchemes": {"BearerToken": _SECURITY}},
    }


def _write_root(group: str, version: str) -> Object:
    operation = {
        "tags": [name_tag(group, version)],
        "description": "get available resources",
        "operationId": f"get{name_group(group, version)}APIResources",
    }
    return {"get": {**operation, "responses": _write_answers((200,), FORMS, {"$ref": V3 + RESOURCES})}}


def name_tag(group: str, version: str) -> str:
    """Return `apps_v1`, `rbacAuthorization_v1`: the first word in small letters."""
    name = name_group(group, "")
    return f"{name[:1].lower()}{name[1:]}_{version}"


def _write_paths(operations: Iterable[Operation]) -> Object:
    paths: Object = {}
    for operation in operations:
        item = paths.setdefault(operation.path, {"parameters": [write_parameter(name) for name in operation.path_parameters]})
        item[operation.method] = _write(operation)
    return dict(sorted(paths.items()))


def write_parameter(name: str) -> Object:
    """Return a parameter of a path, whose name stands in braces where a query has one of that name, or of a query."""
    parameter = PARAMETERS[name]
    described = {"name": name.strip("{}"), "in": parameter.place, "description": parameter.description}
    required = {"required": True} if parameter.place == "path" else {}
    return {**described, **required, "schema": {"type": parameter.type, "uniqueItems": True}}


def _write(operation: Operation) -> Object:
    root = operation.path.split("/")
    group, version = (root[2], root[3]) if root[1] == "apis" else ("", root[2])
    written: Object = {
        "tags": [name_tag(group, version)],
        "description": operation.description,
        "operationId": operation.id,
    }
    if operation.parameters:
        written["parameters"] = [write_parameter(name) for name in sorted(operation.parameters)]
    if operation.body:
        written["requestBody"] = _write_body(operation)
    forms: tuple[str, ...] = FORMS
    if operation.connects:
        forms = ("*/*",)
    elif not operation.answer:
        forms = ("text/plain", *FORMS)
    elif operation.action in ("list", "watch", "watchlist"):
        forms = (*FORMS, *WATCHED)
    schema = {"$ref": V3 + operation.answer} if operation.answer else {"type": "string"}
    written["responses"] = _write_answers(operation.codes, forms, schema)
    return {**written, "x-kubernetes-action": operation.action, "x-kubernetes-group-version-kind": describe_kind(operation)}


def list_patches(operation: Operation) -> tuple[str, ...]:
    """Return the content types of patches; custom resources know no strategic ones."""
    return tuple(patch for patch in PATCHES if patch != STRATEGIC_MERGE_PATCH or not operation.custom)


def _write_body(operation: Operation) -> Object:
    types = list_patches(operation) if operation.body == PATCH else ("*/*",)
    body: Object = {"content": {name: {"schema": {"$ref": V3 + operation.body}} for name in types}}
    return body if operation.method == "delete" else {**body, "required": True}


def _write_answers(codes: Iterable[int], forms: Iterable[str], schema: Object) -> Object:
    content = {form: {"schema": schema} for form in forms}
    answers: Object = {str(code): {"description": _TEXTS[code], "content": content} for code in codes}
    return {**answers, "401": {"description": "Unauthorized"}}
