"""delete: gracefully where the kind says so, held back by finalizers, and telling the garbage collector what to do.

https://kubernetes.io/docs/concepts/architecture/garbage-collection/ and .../overview/working-with-objects/finalizers/
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import admission
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.list_options import check_list_options
from minikube_py.apiserver.reads import key_of, list_objects
from minikube_py.apiserver.transactions import run_write
from minikube_py.apiserver.write_options import read_delete_options
from minikube_py.client.request import Request, Response
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
PRECONDITIONS = (  # field, its name in texts, and what may have happened
    ("uid", "UID", "The object might have been deleted and then recreated"),
    ("resourceVersion", "ResourceVersion", "The object might have been modified"),
)
FINALIZERS = {"Orphan": "orphan", "Foreground": "foregroundDeletion"}


def delete(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Delete one object. Answers with the object while it lives on, else with a Status. Raises NotFound, Conflict."""
    asked = _take_options(request)
    waits = asked.body.get("orphanDependents") is False

    def write() -> Response:
        left = delete_object(server, kind, asked)
        return Response(left, pending=waits and bool(left.get("metadata", {}).get("finalizers")))

    return run_write(server, asked, write)


def delete_collection(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Delete every object that a list of the same parameters shows, of a limited one the first page; answers with that list."""
    check_list_options(request.params)
    request = _take_options(request)

    def delete_each() -> Response:
        listed = list_objects(server, kind, request._replace(verb="list"))
        for obj in listed.object["items"]:
            metadata = obj["metadata"]
            one = request._replace(verb="delete", name=metadata["name"], namespace=metadata.get("namespace", ""))
            with suppress(errors.NotFound):  # the list may be of the past
                delete_object(server, kind, one)
        return listed

    return run_write(server, request, delete_each)


def _take_options(request: Request) -> Request:
    """Return the request with its DeleteOptions as the body, and whether it is only to be tried as they say. Raises Invalid."""
    options = read_delete_options(request)
    params = {key: value for key, value in request.params.items() if key != "dryRun"}
    return request._replace(body=options, params={**params, "dryRun": "All"} if options.get("dryRun") else params)


def delete_object(server: ApiServer, kind: Kind, request: Request) -> Object:
    """Begin or finish the deletion of one object, inside a transaction. The request's body are its DeleteOptions."""
    options: Object = request.body or {}
    key = key_of(kind, request)
    old = server.store.get(key)
    if old is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    check_preconditions(kind, request, options, old)
    namespace = old["metadata"].get("namespace", "")
    attributes = Attributes(
        *("DELETE", kind, namespace, request.name, None, old, request.user),
        dry_run=bool(request.params.get("dryRun")),
        options={"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1", **options},
    )
    admission.admit(attributes, server)
    admission.validate(attributes, server)
    return begin_deletion(server, kind, key, old, options)


def begin_deletion(server: ApiServer, kind: Kind, key: Key, old: Object, options: Object) -> Object:
    """Begin or finish the deletion of an object that may go, inside a transaction. Answers with it, or with a Status once it is gone."""
    obj = {**old, "metadata": {**old["metadata"]}}
    _set_finalizers(obj, options)
    kind.prepare_for_delete(obj, format_rfc3339(server.now()))
    grace = _grace_seconds(kind, obj, options)
    metadata = obj["metadata"]
    if grace > 0 or metadata.get("finalizers") or (obj.get("spec") or {}).get("finalizers"):
        return _begin(server, kind, key, obj, old, grace)
    if kind.graceful or "deletionTimestamp" in metadata:
        metadata["deletionGracePeriodSeconds"] = 0
        metadata.setdefault("deletionTimestamp", format_rfc3339(server.now()))
    server.store.delete(key, obj)
    if kind.graceful:
        return obj
    return _success(kind, obj)


def _begin(server: ApiServer, kind: Kind, key: Key, obj: Object, old: Object, grace: int) -> Object:
    metadata = obj["metadata"]
    if "deletionTimestamp" not in metadata:
        metadata["deletionTimestamp"] = format_rfc3339(server.now() + grace)
        metadata["deletionGracePeriodSeconds"] = grace
        if metadata.get("generation"):
            metadata["generation"] += 1
        if key.resource == "namespaces":
            obj["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}
    elif grace < metadata.get("deletionGracePeriodSeconds", 0):  # a second deletion may only make it sooner
        earlier = parse_rfc3339(metadata["deletionTimestamp"]) - metadata["deletionGracePeriodSeconds"] + grace
        metadata["deletionTimestamp"] = format_rfc3339(earlier)
        metadata["deletionGracePeriodSeconds"] = grace
    return obj if obj == old else server.store.update(key, obj, 0)


def _set_finalizers(obj: Object, options: Object) -> None:
    policy = options.get("propagationPolicy")
    if policy is None and "orphanDependents" in options:
        policy = "Orphan" if options["orphanDependents"] else "Background"
    if policy is None:
        return
    kept = [f for f in obj["metadata"].get("finalizers") or [] if f not in FINALIZERS.values()]
    if policy in FINALIZERS:
        kept.append(FINALIZERS[policy])
    if kept:
        obj["metadata"]["finalizers"] = kept
    else:
        obj["metadata"].pop("finalizers", None)


def _grace_seconds(kind: Kind, obj: Object, options: Object) -> int:
    """Only kinds that somebody must end have a grace period; a pod without a node, or at its end, has none."""
    if not kind.graceful:
        return 0
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    if not spec.get("nodeName") or status.get("phase") in ("Failed", "Succeeded"):
        return 0
    asked = options.get("gracePeriodSeconds")
    grace = spec.get("terminationGracePeriodSeconds", 30) if asked is None else asked
    return max(int(grace), 1) if int(grace) < 0 else int(grace)


def check_preconditions(kind: Kind, request: Request, options: Object, old: Object) -> None:
    """Raise Conflict where an object is not the one that delete options mean."""
    wanted, metadata = options.get("preconditions") or {}, old["metadata"]
    for field, label, meanwhile in PRECONDITIONS:
        value, actual = wanted.get(field), metadata[field]
        if value is not None and value != actual:
            why = f"the {label} in the precondition ({value}) does not match the {label} in record ({actual}). {meanwhile}"
            raise errors.new_conflict(kind.group, kind.kind, request.name, why)


def is_finished(kind: Kind, new: Object, old: Object) -> bool:
    """Return whether an update took the last finalizer off an object whose deletion waited for just that."""
    metadata = new["metadata"]
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers") or (new.get("spec") or {}).get("finalizers"):
        return False
    if kind.graceful and metadata.get("deletionGracePeriodSeconds"):
        return False
    had = old["metadata"].get("finalizers") or (old.get("spec") or {}).get("finalizers")
    return bool(had)


def _success(kind: Kind, obj: Object) -> Object:
    details: Object = {"name": obj["metadata"]["name"]}
    if kind.group:
        details["group"] = kind.group
    details |= {"kind": kind.plural, "uid": obj["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
