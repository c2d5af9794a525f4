"""patch: the four content types of PATCH turned into an update of the current object.

https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import writes
from minikube_py.apiserver.decoding import check_custom_type, decode_checked, explain_type
from minikube_py.apiserver.list_options import parse_switch
from minikube_py.apiserver.ownership import manager_info, schema_of
from minikube_py.apiserver.reads import key_of
from minikube_py.apiserver.transactions import run_write
from minikube_py.apiserver.write_options import check_write_options
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request, Response

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def patch(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Change an object by one of the four kinds of patch; an apply patch may create it."""
    return run_write(server, request, lambda: patch_object(server, kind, request))


def patch_object(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Apply one patch, inside a transaction."""
    if request.content_type == APPLY_PATCH:
        return _apply(server, kind, request)
    warnings: list[str] = []

    def change(old: Object) -> Object:
        touched, rest = _split(kind, request, kind.show(old))
        patched = apply_changes(kind.asked, request, deep_copy(touched))
        obj, told = _decode_patched(kind.asked, request, patched)
        warnings.extend((*_judge_strictly(request, patched), *told))
        return kind.keep(_join(obj, rest))

    obj = writes.update_object(server, kind, request, change)
    return Response(obj, (*warnings, *kind.warn_of_update(obj)))


def _split(kind: Kind, request: Request, current: Object) -> tuple[Object, Object]:
    """Return the part of an object that a patch may touch, and the rest, which need not be copied and decoded again.

    There is a rest where a status is patched by parts that are named: nothing else of the object will be taken over.
    """
    body, metadata = request.body, current["metadata"]
    named = request.content_type.partition(";")[0] in (MERGE_PATCH, STRATEGIC_MERGE_PATCH) and isinstance(body, dict)
    if request.subresource != "status" or kind.custom or kind.view is not None or not named:
        return current, {}
    inner = body.get("metadata", {})
    if not isinstance(inner, dict) or "managedFields" in inner or any(key.startswith("$") for key in (*body, *inner)):
        return current, {}
    touched = {key: value for key, value in current.items() if key in body or key in ("apiVersion", "kind")}
    touched["metadata"] = {key: value for key, value in metadata.items() if key != "managedFields"}
    rest = {key: value for key, value in current.items() if key not in touched}
    return touched, {**rest, "metadata": {key: value for key, value in metadata.items() if key == "managedFields"}}


def _join(obj: Object, rest: Object) -> Object:
    """Return an object with the rest that was left out of a patch."""
    if not rest:
        return obj
    return {**rest, **obj, "metadata": {**obj["metadata"], **rest["metadata"]}}


def apply_changes(kind: Kind, request: Request, current: Object) -> Object:
    """Return what the patch in a request makes of `current`, which may be changed by it. Raises StatusError."""
    content_type, body = request.content_type.partition(";")[0], request.body
    if content_type == JSON_PATCH:
        from minikube_py.apimachinery.patch.json import apply_json_patch

        patched: Object = apply_json_patch(current, body)
        return patched
    if content_type == MERGE_PATCH:
        check_object(body, "error decoding patch: ")
        if body is None:
            raise errors.BadRequest("Invalid JSON Patch")
        from minikube_py.apimachinery.patch.merge import apply_merge_patch

        merged: Object = apply_merge_patch(current, body)
        return merged
    if content_type == STRATEGIC_MERGE_PATCH and not kind.custom:
        check_object(body)
        return _apply_strategic(kind, current, body or {})
    types = (JSON_PATCH, MERGE_PATCH, *(() if kind.custom else (STRATEGIC_MERGE_PATCH,)), APPLY_PATCH)
    supported = ", ".join(types)
    raise errors.UnsupportedMediaType(
        f"the body of the request was in an unknown format - accepted media types include: {supported}"
    )


def patch_part(kind: Kind, request: Request, current: Object) -> Object:
    """Return the object that a patch makes of one which is shown at a subresource. Who applies takes over what is told. Raises StatusError."""
    if request.content_type == APPLY_PATCH:
        check_write_options(request, APPLY_PATCH)
        check_object(request.body, "error decoding YAML: error unmarshaling JSON: ")
        request = request._replace(content_type=MERGE_PATCH, body=request.body or {})
    obj, _ = _decode_patched(kind, request, apply_changes(kind, request, current))
    return obj


def check_object(body: Any, while_doing: str = "") -> None:
    """Raise BadRequest for a patch that is neither an object nor null."""
    if not isinstance(body, dict | None):
        from minikube_py.apimachinery.gosyntax import json_kind

        why = f"json: cannot unmarshal {json_kind(body)} into Go value of type map[string]interface {{}}"
        raise errors.BadRequest(while_doing + why)


def _apply_strategic(kind: Kind, current: Object, body: Object) -> Object:
    from minikube_py.apimachinery.patch.errors import PatchError, to_status_error
    from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch

    try:
        patched: Object = apply_strategic_merge_patch(current, body, schema_of(kind))
    except PatchError as error:
        raise to_status_error(error) from error
    return patched


def _decode_patched(kind: Kind, request: Request, patched: Any) -> tuple[Object, tuple[str, ...]]:
    if not isinstance(patched, dict):
        from minikube_py.apiserver import patch_errors

        raise patch_errors.refuse_value(patched)
    _check_patched_type(kind, request, patched)
    metadata = {} if patched.get("metadata") is None else patched["metadata"]
    if isinstance(metadata, dict):
        writes.check_name(request, metadata)
    try:
        return decode_checked(kind, patched, request.params.get("fieldValidation") or "Warn")
    except errors.BadRequest as error:
        from minikube_py.apiserver import patch_errors

        raise patch_errors.translate(error, request, patched, schema_of(kind)) from error


def _check_patched_type(kind: Kind, request: Request, patched: Object) -> None:
    """Refuse what a patch has made of another kind; strategic ones are not asked which kind that is. Raises Invalid."""
    if kind.custom is not None:
        check_custom_type(kind, {"apiVersion": kind.api_version, "kind": kind.kind, **patched})
        return
    given = patched.get("apiVersion") or kind.api_version, patched.get("kind") or kind.kind
    plain = request.content_type.partition(";")[0] in (JSON_PATCH, MERGE_PATCH)
    if plain and given != (kind.api_version, kind.kind) and all(isinstance(word, str) for word in given):
        from minikube_py.apiserver import patch_errors

        raise patch_errors.refuse_type(explain_type(kind, *given), patched)


def _judge_strictly(request: Request, patched: Object) -> list[str]:
    """Return what there is to warn of in the patch itself. Raises Invalid where such things are refused."""
    validation = request.params.get("fieldValidation") or "Warn"
    if request.content_type.partition(";")[0] != JSON_PATCH or validation == "Ignore":
        return []
    from minikube_py.apimachinery.patch.json import list_unknown_fields

    problems = list_unknown_fields(request.body)
    if problems and validation == "Strict":
        from minikube_py.apiserver import patch_errors

        raise patch_errors.refuse_unknown(problems, patched)
    return problems


def _apply(server: ApiServer, kind: Kind, request: Request) -> Response:
    from minikube_py.apimachinery.patch.apply import apply

    check_write_options(request, APPLY_PATCH)
    config = request.body
    check_object(config, "error decoding YAML: error unmarshaling JSON: ")
    config = config or {}
    force = bool(parse_switch(request.params, "force"))
    info = manager_info(server, kind, request)

    def merge(live: Object | None) -> Object:
        shown = None if live is None else kind.show(live)
        merged = _decode_applied(kind.asked, apply(shown, config, schema_of(kind.asked), info, force), config)
        merged["metadata"].setdefault("name", request.name)
        writes.check_name(request, merged["metadata"])
        return kind.keep(merged)

    if server.store.get(key_of(kind, request)) is None:
        if request.subresource:
            raise errors.new_not_found(kind.group, kind.plural, request.name)
        metadata = config.get("metadata")
        if uid := metadata.get("uid") if isinstance(metadata, dict) else None:
            why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            raise errors.new_conflict(kind.group, kind.plural, request.name, why)
        writes.check_creation(server, kind, request)
        created = writes.create_object(server, kind, request, merge(None))
        return Response(created, tuple(kind.warnings(created)), created=True)
    updated = writes.update_object(server, kind, request, merge)
    return Response(updated, tuple(kind.warn_of_update(updated)))


def _decode_applied(kind: Kind, merged: Object, config: Object) -> Object:
    """Return what an applied configuration made of an object, as it is stored. Raises StatusError where a value makes no sense."""
    metadata = merged.get("metadata") or {}
    entries = metadata.get("managedFields")
    plain = {**merged, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
    try:
        obj, _ = decode_checked(kind, plain, "Ignore")
    except errors.BadRequest as error:
        from minikube_py.apiserver import patch_errors

        raise patch_errors.explain_applied(error, plain, config, schema_of(kind)) from error
    if entries is not None:
        obj.setdefault("metadata", {})["managedFields"] = entries
    return obj
