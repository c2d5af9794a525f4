"""create, update, patch: decode strictly -> default -> admit -> prepare -> validate -> admit again -> store, in one transaction.

The order is that of k8s.io/apiserver's generic registry. An object's `Kind` says what is particular to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.gosyntax import invalid_go
from minikube_py.apimachinery.scalars import forget_writing
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import admission, deletion, ownership
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.decoding import decode_body
from minikube_py.apiserver.reads import key_of
from minikube_py.apiserver.transactions import run_write, take_in_turn
from minikube_py.apiserver.translate import MODIFIED, describe_mismatch
from minikube_py.client.request import MASTERS, Request, Response
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.storage.interface import Exists

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
SERVER_OWNED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation")
OVERRULED = ("creationTimestamp", "selfLink", "generation", "resourceVersion")  # on updates; the rest is as validation says
GENERATE_ATTEMPTS = 8
KEPT_IF_UNSET = ("uid", "deletionGracePeriodSeconds")


def create(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Store a new object. Raises AlreadyExists, Invalid, Forbidden, BadRequest."""
    if request.subresource:
        raise errors.new_not_allowed()
    body = take_in_turn(lambda: decode_body(kind, request))

    def write() -> Response:
        obj, warnings = body()
        created = create_object(server, kind, request, obj)
        return Response(created, (*warnings, *kind.warnings(created)), created=True)

    return run_write(server, request, write)


def create_object(server: ApiServer, kind: Kind, request: Request, obj: Object) -> Object:
    """Default, admit, name, check and store a decoded object, inside a transaction."""
    if kind.custom and kind.custom.terminating:
        why = "create not allowed while custom resource definition is terminating"
        raise errors.new_forbidden(kind.group, kind.plural, (obj.get("metadata") or {}).get("name") or "", why)
    metadata = obj.setdefault("metadata", {})
    for field in SERVER_OWNED:
        metadata.pop(field, None)
    check_namespace(kind, request, metadata)
    kind.set_defaults(obj)
    ownership.track(server, kind, request, None, obj)  # what admission and the kind add below is nobody's
    attributes = Attributes(
        "CREATE",
        kind,
        metadata.get("namespace", ""),
        metadata.get("name") or metadata.get("generateName") or "",
        obj,
        None,
        request.user,
        request.subresource,
        bool(request.params.get("dryRun")),
        admission.make_options("CreateOptions", request),
    )
    admission.admit(attributes, server)
    metadata = obj["metadata"]  # a webhook's answer may be a new one
    name = _fill_metadata(server, kind, request, metadata)
    if kind.generation:
        metadata["generation"] = 1
    kind.prepare_for_create(obj)
    _check(kind, name, _check_metadata(kind, obj) + kind.validate(obj))
    admission.validate(attributes._replace(name=name), server)
    forget_writing(obj)
    created = _store_new(server, kind, request._replace(name=name, namespace=metadata.get("namespace", "")), obj)
    if request.params.get("dryRun"):
        created = {**created, "metadata": {k: v for k, v in created["metadata"].items() if k != "resourceVersion"}}
    return created


def _fill_metadata(server: ApiServer, kind: Kind, request: Request, metadata: Object) -> str:
    """Give a new object its name, if it is to be generated, uid and time. Admission sees it before that, as in Kubernetes."""
    if server.heard is not None:
        return server.heard.fill_identity(kind, metadata, lambda: _make_identity(server, kind, request, metadata))
    return _make_identity(server, kind, request, metadata)


def _make_identity(server: ApiServer, kind: Kind, request: Request, metadata: Object) -> str:
    if not metadata.get("name"):
        metadata.pop("name", None)
        if prefix := metadata.get("generateName"):
            metadata["name"] = _generate_free_name(server, kind, request, prefix)
    metadata["uid"] = server.new_uid()
    metadata["creationTimestamp"] = format_rfc3339(server.now())
    return str(metadata.get("name", ""))


def _generate_free_name(server: ApiServer, kind: Kind, request: Request, prefix: str) -> str:
    """Return a name that nothing of the kind has, if a few attempts find one: KEP-4420."""
    from minikube_py.apimachinery.generated_names import generate_name

    name = ""
    for _ in range(GENERATE_ATTEMPTS):
        name = generate_name(prefix, server.rng)
        if server.store.get(key_of(kind, request._replace(name=name))) is None:
            break
    return name


def _store_new(server: ApiServer, kind: Kind, request: Request, obj: Object) -> Object:
    if (
        (version := obj["metadata"].pop("resourceVersion", "0")).isdecimal()
        and int(version)
        and not request.params.get("dryRun")
    ):
        raise errors.StatusError("resourceVersion should not be set on objects to be created")
    key = key_of(kind, request)
    try:
        return server.store.create(key, obj)
    except Exists as error:
        exists = errors.new_already_exists(kind.group, kind.plural, request.name)
        holder = server.store.get(key)
        if holder is not None and holder["metadata"].get("deletionTimestamp"):
            exists.message = f"object is being deleted: {exists.message}"
        raise exists from error


def check_namespace(kind: Kind, request: Request, metadata: Object) -> None:
    """Give an object the namespace of its request. Raises BadRequest where it names another."""
    if not kind.namespaced:
        metadata.pop("namespace", None)
    elif metadata.setdefault("namespace", request.namespace) != request.namespace:
        raise errors.BadRequest("the namespace of the provided object does not match the namespace sent on the request")


def _check_metadata(kind: Kind, obj: Object, old: Object | None = None) -> list[FieldError]:
    from minikube_py.apimachinery import validation_meta

    rule = validation_meta.NAME_RULES[kind.validate_name]
    if old is None:
        return validation_meta.validate_object_meta(
            obj["metadata"], namespaced=kind.namespaced, name_validator=rule, built_in=kind.custom is None
        )
    return validation_meta.validate_object_meta_update(obj["metadata"], old["metadata"], built_in=kind.custom is None)


def _check(kind: Kind, name: str, problems: list[FieldError]) -> None:
    if problems:
        raise errors.new_invalid(kind.group, kind.kind, name, problems)


def update(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Replace an object. With a resourceVersion in it, only that one: Conflict otherwise."""
    body = take_in_turn(lambda: _decode_named(kind, request))

    def write() -> Response:
        obj, warnings = body()
        if kind.create_on_update and not request.subresource and server.store.get(key_of(kind, request)) is None:
            check_creation(server, kind, request)
            created = create_object(server, kind, request, obj)
            return Response(created, (*warnings, *kind.warnings(created)), created=True)
        updated = update_object(server, kind, request, lambda old: obj)
        return Response(updated, (*warnings, *kind.warn_of_update(updated)))

    return run_write(server, request, write)


def check_creation(server: ApiServer, kind: Kind, request: Request) -> None:
    """Refuse to create by an update, or an apply patch, what its user may only change. Raises Forbidden."""
    if MASTERS in request.user.groups:
        return
    from minikube_py.apis.rbac.rules import Action
    from minikube_py.apiserver.authorization.rbac import authorize

    action = Action("create", kind.group, kind.plural, "", request.name, request.namespace)
    decision = authorize(server.store, request.user, action)
    if not decision.allowed:
        raise errors.new_forbidden(kind.group, kind.plural, request.name, decision.reason)


def _decode_named(kind: Kind, request: Request) -> tuple[Object, tuple[str, ...]]:
    obj, warnings = decode_body(kind, request)
    check_name(request, obj.setdefault("metadata", {}))
    return obj, warnings


def check_name(request: Request, metadata: Object) -> None:
    """Refuse an object that is not called as the path of its request says. Raises BadRequest."""
    name = metadata.get("name") or ""
    if not name:
        raise errors.BadRequest(
            f"the name of the object ({request.name} based on URL) was undeterminable: name must be provided"
        )
    if name != request.name:
        raise errors.BadRequest(f"the name of the object ({name}) does not match the name on the URL ({request.name})")


def update_object(server: ApiServer, kind: Kind, request: Request, change: Callable[[Object], Object]) -> Object:
    """Store what `change` makes of the current object, inside a transaction; unchanged objects are not written again."""
    key = key_of(kind, request)
    old = server.store.get(key)
    if old is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    new = change(old)
    _keep_server_owned(kind, request, new, old)
    if request.subresource == "status":
        new = _take_status(server, kind, request, new, old)
        forget_writing(new.get("status"))
    else:
        new = forget_writing(_take_all_but_status(server, kind, request, new, old))
    ownership.track(server, kind, request, old, new)
    if new == old:
        return old
    if deletion.is_finished(kind, new, old):
        server.store.delete(key, new)
        return new
    stored = server.store.update(key, new, 0)
    if request.params.get("dryRun"):  # an update that is not kept has not become a version
        return {**stored, "metadata": {**stored["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}}
    return stored


def _keep_server_owned(kind: Kind, request: Request, new: Object, old: Object) -> None:
    """Fill in what clients leave out and overrule what is not theirs; what they may not change is left for validation."""
    metadata, before = new["metadata"], old["metadata"]
    if request.verb == "update" and (uid := metadata.get("uid")) and uid != before["uid"]:
        raise errors.new_conflict(
            kind.group, kind.plural, request.name, describe_mismatch(kind, request, "uid", uid, before["uid"])
        )
    version = metadata.get("resourceVersion") or "0"
    if version == "0" and request.verb == "update" and not kind.unconditional_update:
        problem = invalid_go("metadata.resourceVersion", "0x0", "must be specified for an update")
        raise errors.new_invalid(kind.group, kind.plural, request.name, [problem])
    if version not in ("0", before["resourceVersion"]):
        raise errors.new_conflict(kind.group, kind.plural, request.name, MODIFIED)
    check_namespace(kind, request, metadata)
    for field in OVERRULED:
        if field in before:
            metadata[field] = before[field]
        else:
            metadata.pop(field, None)
    for field in KEPT_IF_UNSET:
        if field in before and not metadata.get(field):
            metadata[field] = before[field]
    if "deletionTimestamp" in before:
        metadata["deletionTimestamp"] = before["deletionTimestamp"]
    if "managedFields" not in metadata and "managedFields" in before:
        metadata["managedFields"] = before["managedFields"]
    new["apiVersion"], new["kind"] = kind.api_version, kind.kind


def _describe_update(kind: Kind, request: Request, new: Object, old: Object) -> Attributes:
    namespace, dry_run = old["metadata"].get("namespace", ""), bool(request.params.get("dryRun"))
    options = admission.make_options("UpdateOptions", request)
    return Attributes("UPDATE", kind, namespace, request.name, new, old, request.user, request.subresource, dry_run, options)


def _take_status(server: ApiServer, kind: Kind, request: Request, new: Object, old: Object) -> Object:
    from minikube_py.apimachinery.validation_meta import validate_immutable_field

    merged = {**old, "metadata": {**old["metadata"]}}
    if "status" in new:
        merged["status"] = new["status"]
    if "managedFields" in new["metadata"]:
        merged["metadata"]["managedFields"] = new["metadata"]["managedFields"]
    attributes = _describe_update(kind, request, merged, old)
    admission.admit(attributes, server)
    kind.prepare_for_status_update(merged, old)
    same_object = validate_immutable_field(new["metadata"]["uid"], old["metadata"]["uid"], "metadata.uid")
    _check(kind, old["metadata"]["name"], same_object + kind.validate_status_update(merged, old))
    admission.validate(attributes, server)
    return merged


def _take_all_but_status(server: ApiServer, kind: Kind, request: Request, new: Object, old: Object) -> Object:
    if kind.status:
        if "status" in old:
            new["status"] = old["status"]
        else:
            new.pop("status", None)
    kind.set_defaults(new)
    attributes = _describe_update(kind, request, new, old)
    admission.admit(attributes, server)
    kind.prepare_for_update(new, old)
    if kind.generation and _spec_of(kind, new) != _spec_of(kind, old):
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
    _check(kind, request.name, _check_metadata(kind, new, old) + kind.validate_update(new, old))
    admission.validate(attributes, server)
    return new


def _spec_of(kind: Kind, obj: Object) -> Object:
    """Return what metadata.generation counts changes of: all but metadata, and a status that is written apart."""
    apart = ("metadata", "apiVersion", "kind", *(("status",) if kind.status or not kind.custom else ()))
    return {key: value for key, value in obj.items() if key not in apart}
