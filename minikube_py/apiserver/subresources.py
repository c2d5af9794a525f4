"""Subresources that change or read objects: scale, binding, eviction, token, ephemeralcontainers, resize, finalize.

Streams (log, exec, attach, portforward) do not pass here: the transport connects them to the pod's kubelet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy, set_condition
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import patching, writes
from minikube_py.apiserver.admission_of_subresources import judge
from minikube_py.apiserver.decoding import decode_body
from minikube_py.apiserver.reads import key_of
from minikube_py.apiserver.subresource_kinds import SUBRESOURCES, find_body_kind
from minikube_py.apiserver.transactions import run_write
from minikube_py.apiserver.translate import describe_mismatch
from minikube_py.client.request import NODES, Request, Response
from minikube_py.component_base.clock import format_rfc3339

if TYPE_CHECKING:
    from minikube_py.apis.apiextensions.scale_paths import ScalePaths
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def handle(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer a request for a subresource. Raises NotFound where the kind has no such one."""
    handler = _HANDLERS.get(request.subresource)
    if handler is None or request.subresource not in kind.subresources:
        raise errors.new_not_served()
    if request.verb not in SUBRESOURCES[request.subresource][1]:
        raise errors.new_not_allowed()
    if request.verb not in ("create", "update"):
        return handler(server, kind, request)
    body, warnings = _decode(kind, request)
    response = handler(server, kind, request._replace(body=body))
    return response._replace(warnings=(*warnings, *response.warnings))


def _decode(kind: Kind, request: Request) -> tuple[Object, tuple[str, ...]]:
    """Return the object in the body, of the subresource's own kind, and what there is to warn of. Raises BadRequest."""
    own = find_body_kind(request.subresource) or kind
    body = {} if request.body is None and request.subresource == "token" else request.body
    if request.subresource == "eviction" and isinstance(body, dict) and body.get("apiVersion") == "policy/v1beta1":
        body = {**body, "apiVersion": "policy/v1"}
    obj, warnings = decode_body(own, request._replace(body=body))
    metadata = obj.setdefault("metadata", {})
    writes.check_namespace(kind, request, metadata)
    if request.verb == "update":
        writes.check_name(request, metadata)
    return obj, warnings


def _current(server: ApiServer, kind: Kind, request: Request) -> Object:
    obj = server.store.get(key_of(kind, request))
    if obj is None:
        raise errors.new_not_found(kind.group, kind.plural, request.name)
    return obj


def bind(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST pods/NAME/binding: put the pod on a node. Raises Invalid, NotFound, Conflict."""
    binding = request.body
    if (binding["metadata"].get("name") or "") != request.name:
        raise errors.BadRequest("name in URL does not match name in Binding object")
    _check_target(request)
    target = binding["target"]["name"]

    def change(old: Object) -> Object:
        if (old["spec"].get("nodeName") or "") != "":
            why = f'pod {request.name} is already assigned to node "{old["spec"]["nodeName"]}"'
            raise errors.new_conflict("", "pods/binding", request.name, why)
        if old["metadata"].get("deletionTimestamp"):
            raise errors.new_conflict(
                "", "pods/binding", request.name, f"pod {request.name} is being deleted, cannot be assigned to a host"
            )
        new = {**old, "spec": {**old["spec"], "nodeName": target}, "status": deep_copy(old.get("status") or {})}
        if given := binding["metadata"].get("annotations"):
            new["metadata"] = {**old["metadata"], "annotations": {**(old["metadata"].get("annotations") or {}), **given}}
        stamp = format_rfc3339(server.now())
        condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
        set_condition(new["status"].setdefault("conditions", []), condition, stamp)
        new["status"].pop("nominatedNodeName", None)
        return new

    def write() -> Response:
        judge(server, kind, request, binding)
        old = _current(server, kind, request)
        for field in ("uid", "resourceVersion"):
            if (wanted := binding["metadata"].get(field)) and wanted != old["metadata"][field]:
                why = describe_mismatch(kind, request, field, wanted, old["metadata"][field])
                raise errors.new_conflict("", "pods/binding", request.name, why)
        new = change(old)
        server.store.update(key_of(kind, request), {**new, "metadata": {**new["metadata"]}}, 0)
        return Response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, created=True)

    return run_write(server, request, write)


def bind_named(server: ApiServer, kind: Kind, request: Request) -> Response:
    """POST bindings: put the pod that the binding is called after on a node. Raises what `bind` does, BadRequest."""
    binding, _ = decode_body(kind, request)
    writes.check_namespace(kind, request, binding.setdefault("metadata", {}))
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


def _take_identity(asked: Object, new: Object) -> None:
    """Let a change be of exactly the object, or the version of it, that it names."""
    given = asked.get("metadata") or {}
    new["metadata"] |= {field: given[field] for field in ("uid", "resourceVersion") if given.get(field)}


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
        asked = (
            request.body if request.verb == "update" else patching.patch_part(find_body_kind("scale") or kind, request, scale)
        )
        replicas = (asked.get("spec") or {}).get("replicas", 0)
        if replicas < 0:
            problem = errors.invalid("spec.replicas", replicas, "must be greater than or equal to 0")
            raise errors.new_invalid("autoscaling", "Scale", request.name, [problem])
        new = deep_copy(old)
        _take_identity(asked, new)
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

    if NODES in request.user.groups:
        from minikube_py.apiserver.authorization.node_tokens import check_token_request

        check_token_request(server, request, request.body)

    def write() -> Response:
        judge(server, kind, request, request.body)
        return Response(answer_request(server, _current(server, kind, request), request.body), created=True)

    _check_account(request)
    return run_write(server, request, write) if server.extension_points.are_any() else write()


def _check_account(request: Request) -> None:
    name = request.body["metadata"].get("name")
    if name and name != request.name:
        problem = errors.invalid("metadata.name", name, "must match the service account name if specified")
        raise errors.new_invalid("authentication.k8s.io", "TokenRequest", request.name, [problem])


def _change_pod_part(server: ApiServer, kind: Kind, request: Request) -> Response:
    """GET, PATCH or PUT of pods/NAME/ephemeralcontainers and /resize: only that part of the spec may change."""
    from minikube_py.apis.core import pod_resize, pod_update

    if request.verb == "get":
        return Response(_current(server, kind, request))
    ephemeral = request.subresource == "ephemeralcontainers"
    validate = pod_update.validate_ephemeral_containers_update if ephemeral else pod_resize.validate_resize_update
    rules = kind._replace(validate_update=validate)

    def change(old: Object) -> Object:
        asked = request.body if request.verb == "update" else patching.patch_part(kind, request, deep_copy(old))
        new = deep_copy(old)
        _take_identity(asked, new)
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
    from minikube_py.apis.core import namespace

    rules = kind._replace(prepare_for_update=namespace.prepare_for_finalize, validate_update=namespace.validate_finalize)

    def write() -> Response:
        return Response(writes.update_object(server, rules, request, lambda old: deep_copy(request.body)))

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
