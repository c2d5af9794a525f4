"""Subresources that change or read objects: scale, binding, eviction, token, ephemeralcontainers, resize, finalize.

Streams (log, exec, attach, portforward) do not pass here: the transport connects them to the pod's kubelet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.decode import decode
from minikube_py.apimachinery.schema import load
from minikube_py.apimachinery.unstructured import deep_copy, set_condition
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import deletion, patching, writes
from minikube_py.apiserver.decoding import decode_body
from minikube_py.apiserver.ownership import schema_of
from minikube_py.apiserver.reads import key_of
from minikube_py.apiserver.transactions import run_write
from minikube_py.client.request import NODES, Request, Response
from minikube_py.component_base.clock import format_rfc3339

if TYPE_CHECKING:
    from minikube_py.apis.apiextensions.scale_paths import ScalePaths
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


READ_AND_CHANGED = ("get", "update", "patch")
VERBS = {"binding": ("create",), "eviction": ("create",), "token": ("create",), "finalize": ("update",)}
"""What may be done with subresources that are not read and changed like objects."""
BODIES = {
    "binding": ("core/v1", "Binding"),
    "eviction": ("policy/v1", "Eviction"),
    "scale": ("autoscaling/v1", "Scale"),
    "token": ("authentication.k8s.io/v1", "TokenRequest"),
}
"""Of what kind a subresource's body is, where it is not of that of the object itself."""
SCHEMAS = "io.k8s.api.{}.{}"


def handle(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer a request for a subresource. Raises NotFound where the kind has no such one."""
    handler = _HANDLERS.get(request.subresource)
    if handler is None or request.subresource not in kind.subresources:
        raise errors.NotFound("the server could not find the requested resource")
    if request.verb not in VERBS.get(request.subresource, READ_AND_CHANGED):
        raise errors.MethodNotAllowed("the server does not allow this method on the requested resource")
    if request.verb in ("create", "update"):
        check_body(kind, request.subresource, request.body)
    return handler(server, kind, request)


def check_body(kind: Kind, subresource: str, body: Any) -> None:
    """Refuse a body whose fields are not of the types that they are of. Raises BadRequest."""
    version, name = BODIES.get(subresource, (kind.asked.api_version, kind.asked.kind))
    if body is None and subresource == "token":
        return
    if not isinstance(body, dict):
        raise errors.BadRequest(f"the object provided is unrecognized (must be of type {name})")
    schema = (
        schema_of(kind.asked)
        if subresource not in BODIES
        else load(SCHEMAS.format(version.replace(".k8s.io", "").replace("/", "."), name))
    )
    if schema is not None:
        decode(body, schema, name, version)


def _current(server: ApiServer, kind: Kind, request: Request) -> Object:
    obj = server.store.get(key_of(kind, request))
    if obj is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    return obj


def bind(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST pods/NAME/binding: put the pod on a node. Raises Invalid, NotFound, Conflict."""
    _check_target(request)
    target = request.body["target"]["name"]

    def change(old: Object) -> Object:
        if (old["spec"].get("nodeName") or "") != "":
            why = f'pod {request.name} is already assigned to node "{old["spec"]["nodeName"]}"'
            raise errors.new_conflict("", "pods/binding", request.name, why)
        if old["metadata"].get("deletionTimestamp"):
            raise errors.new_conflict(
                "", "pods/binding", request.name, f"pod {request.name} is being deleted, cannot be assigned to a host"
            )
        new = {**old, "spec": {**old["spec"], "nodeName": target}, "status": deep_copy(old.get("status") or {})}
        stamp = format_rfc3339(server.now())
        condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
        set_condition(new["status"].setdefault("conditions", []), condition, stamp)
        new["status"].pop("nominatedNodeName", None)
        return new

    def write() -> Response:
        key = key_of(kind, request)
        old = _current(server, kind, request)
        server.store.update(key, {**change(old), "metadata": {**old["metadata"]}}, 0)
        return Response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, created=True)

    return run_write(server, request, write)


def bind_named(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST bindings: put the pod that the binding is called after on a node. Raises what `bind` does, BadRequest."""
    binding, _ = decode_body(kind, request)
    pods = server.find_kind("", "pods", "v1")
    name = (binding.get("metadata") or {}).get("name") or ""
    return bind(server, pods, request._replace(resource="pods", name=name, subresource="binding", body=binding))


def _check_target(request: Request) -> None:
    target = request.body.get("target") or {}
    problems = []
    if target.get("kind") not in (None, "", "Node"):
        problems.append(errors.not_supported("target.kind", target["kind"], ("Node", "<empty>")))
    if not target.get("name"):
        problems.append(errors.required("target.name", ""))
    if problems:
        raise errors.new_invalid("", "Binding", request.name, problems)


def _evict(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST pods/NAME/eviction: delete the pod unless a disruption budget forbids it."""
    from minikube_py.apiserver.eviction import evict

    return evict(server, kind, request)


def scale_of(kind: Kind, obj: Object) -> Object:
    """Return the autoscaling/v1 Scale of a workload."""
    if kind.custom and kind.custom.scale:
        return kind.custom.scale.read(obj)
    from minikube_py.apimachinery.labels import format_label_selector

    selector = obj["spec"].get("selector") or {}
    text = (
        format_label_selector(selector)
        if "matchLabels" in selector or "matchExpressions" in selector
        else ",".join(f"{k}={v}" for k, v in sorted(selector.items()))
    )
    metadata = {k: obj["metadata"][k] for k in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")}
    spec = {"replicas": obj["spec"]["replicas"]} if obj["spec"].get("replicas") else {}
    status: Object = {"replicas": (obj.get("status") or {}).get("replicas") or 0}
    if text:
        status["selector"] = text
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status}


def _read_scaled(server: ApiServer, kind: Kind, request: Request) -> Object:
    obj = server.store.get(key_of(kind, request))
    if obj is None:  # replication controllers' scale is autoscaling's
        raise errors.new_not_found(kind.group or "autoscaling", f"{kind.plural}/scale", request.name)
    return obj


def _check_given(paths: ScalePaths, scale: Object) -> None:
    if "replicas" not in (scale.get("spec") or {}):
        raise errors.BadRequest(f'the spec replicas field "{paths.spec}" cannot be empty')


def _scale(server: ApiServer, kind: Kind, request: Request) -> Response:
    """GET, PUT and PATCH of TYPE/NAME/scale."""
    if request.verb == "get":
        scale = scale_of(kind, _read_scaled(server, kind, request))
        if request.table:
            from minikube_py.apiserver.table import SCALE_COLUMNS, answer_table

            scale = answer_table(server, SCALE_COLUMNS, [scale], request)
        return Response(scale)

    def change(old: Object) -> Object:
        scale = scale_of(kind, old)
        asked = request.body if request.verb == "update" else patching.apply_changes(kind, request, scale)
        check_body(kind, "scale", asked)
        version = (asked.get("metadata") or {}).get("resourceVersion")
        replicas = (asked.get("spec") or {}).get("replicas", 0)
        if not isinstance(replicas, int) or replicas < 0:
            problem = errors.invalid("spec.replicas", replicas, "must be greater than or equal to 0")
            raise errors.new_invalid("autoscaling", "Scale", request.name, [problem])
        new = deep_copy(old)
        if version:
            new["metadata"]["resourceVersion"] = version
        if kind.custom and kind.custom.scale:
            _check_given(kind.custom.scale, asked)
            kind.custom.scale.write(new, replicas)
        else:
            new["spec"]["replicas"] = replicas
        return new

    def write() -> Response:
        whole = request._replace(content_type="application/json")
        return Response(scale_of(kind, writes.update_object(server, kind, whole, change)))

    return run_write(server, request, write)


def _token(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST serviceaccounts/NAME/token: a signed token of the account."""
    from minikube_py.apiserver.authentication.tokens import answer_request

    asked = request.body or {}
    if NODES in request.user.groups:
        from minikube_py.apiserver.authorization.node_tokens import check_token_request

        check_token_request(server, request, asked)
    return Response(answer_request(server, _current(server, kind, request), asked), created=True)


def _change_pod_part(server: ApiServer, kind: Kind, request: Request) -> Response:
    """GET, PATCH or PUT of pods/NAME/ephemeralcontainers and /resize: only that part of the spec may change."""
    from minikube_py.apis.core import pod_resize, pod_update

    if request.verb == "get":
        return Response(_current(server, kind, request))
    if request.verb not in ("patch", "update"):
        raise errors.MethodNotAllowed("the server does not allow this method on the requested resource")
    ephemeral = request.subresource == "ephemeralcontainers"
    validate = pod_update.validate_ephemeral_containers_update if ephemeral else pod_resize.validate_resize_update
    rules = kind._replace(validate_update=validate)

    def change(old: Object) -> Object:
        asked = request.body if request.verb == "update" else patching.apply_changes(kind, request, deep_copy(old))
        check_body(kind, request.subresource, asked)
        metadata, new = asked.get("metadata") or {}, deep_copy(old)
        new["metadata"] |= {field: metadata[field] for field in ("uid", "resourceVersion") if metadata.get(field)}
        spec = asked.get("spec") or {}
        if not ephemeral:
            pod_resize.take_resources(new["spec"], spec)
        elif "ephemeralContainers" in spec:
            new["spec"]["ephemeralContainers"] = spec["ephemeralContainers"]
        else:
            new["spec"].pop("ephemeralContainers", None)
        return new

    def write() -> Response:
        whole = request._replace(content_type="application/json")
        return Response(writes.update_object(server, rules, whole, change))

    return run_write(server, request, write)


def _finalize(server: ApiServer, kind: Kind, request: Request) -> Response:
    """PUT namespaces/NAME/finalize: change spec.finalizers; the last one taken off ends the namespace."""
    body, _ = decode_body(kind, request)

    def write() -> Response:
        key, old = key_of(kind, request), _current(server, kind, request)
        new = {**old, "metadata": {**old["metadata"]}, "spec": {**(old.get("spec") or {})}}
        finalizers = (body.get("spec") or {}).get("finalizers") or []
        if finalizers:
            new["spec"]["finalizers"] = finalizers
        else:
            new["spec"].pop("finalizers", None)
        if deletion.is_finished(kind, new, old):
            return Response(server.store.delete(key, new))
        return Response(old if new == old else server.store.update(key, new, 0))

    return run_write(server, request, write)


def _approve(server: ApiServer, kind: Kind, request: Request) -> Response:
    """GET, PUT and PATCH of certificatesigningrequests/NAME/approval."""
    from minikube_py.apiserver.certificate_requests import approve

    return approve(server, kind, request)


_HANDLERS: dict[str, Callable[[ApiServer, Kind, Request], Response]] = {
    "approval": _approve,
    "binding": bind,
    "eviction": _evict,
    "scale": _scale,
    "token": _token,
    "ephemeralcontainers": _change_pod_part,
    "resize": _change_pod_part,
    "finalize": _finalize,
}
