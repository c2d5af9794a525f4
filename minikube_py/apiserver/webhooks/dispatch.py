"""Asking the webhooks of both kinds of configuration, in their order, and doing what they say.

Upstream: k8s.io/apiserver/pkg/admission/plugin/webhook/{generic,mutating,validating}.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import codec, errors
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.admission_matching import find_hook_target
from minikube_py.apiserver.webhooks import https, reviews

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
GROUP = "admissionregistration.k8s.io"
MUTATING, VALIDATING = f"mutatingwebhookconfigurations.{GROUP}", f"validatingwebhookconfigurations.{GROUP}"
SIDE_EFFECTS_ALLOWED = ("None", "NoneOnDryRun")


class Hook(NamedTuple):
    """A webhook, and the name under which it is told apart from all others."""

    key: str
    spec: Object

    @property
    def name(self) -> str:
        """Its name in messages."""
        return str(self.spec.get("name") or "")

    @property
    def fails_open(self) -> bool:
        """Whether a call that fails is no obstacle."""
        return self.spec.get("failurePolicy") == "Ignore"


class CallError(Exception):
    """A webhook that could not be asked or did not answer in form."""

    def __init__(self, hook: Hook, why: str) -> None:
        super().__init__(f'failed calling webhook "{hook.name}": {why}')


def list_hooks(server: ApiServer, resource: str) -> Iterator[Hook]:
    """Yield the webhooks of all configurations of a kind, by the names of these, in their order there."""
    for configuration in server.extension_points.list(resource):
        seen: dict[str, int] = {}
        for spec in configuration.get("webhooks") or ():
            name = spec.get("name") or ""
            number = seen[name] = seen.get(name, -1) + 1
            yield Hook(f"{configuration['metadata']['name']}/{name}/{number}", spec)


def is_any_concerned(server: ApiServer, resource: str, attributes: Attributes) -> bool:
    """Return whether there is a webhook to be asked about a write as it is now. None is while the cluster starts: they run in it."""
    if server.extensions.get("starting"):
        return False
    hooks = list_hooks(server, resource)
    return any(find_hook_target(hook.spec, attributes, server) is not None for hook in hooks)


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Let each mutating webhook change the object, one after the other. Raises StatusError where one refuses or fails."""
    assert server.heard is not None
    again = server.heard.reinvocation
    again.note_object(attributes.obj)
    for hook in list_hooks(server, MUTATING):
        target = _choose(hook, attributes, server)
        if target is None or again.skips(hook.key):
            continue
        verdict = _ask_patiently(hook, target, attributes, server, mutating=True)
        if verdict is not None and verdict.patch and _take_patch(hook, target, attributes, verdict):
            again.note_change()
        if hook.spec.get("reinvocationPolicy") == "IfNeeded":
            again.note_asked(hook.key)
    again.note_object(attributes.obj)


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Ask every validating webhook, and raise the first refusal or failure: StatusError."""
    refusals = []
    for hook in list_hooks(server, VALIDATING):
        target = _choose(hook, attributes, server)
        if target is None:
            continue
        try:
            _ask_patiently(hook, target, attributes, server, mutating=False)
        except errors.StatusError as error:
            refusals.append(error)
    if refusals:
        raise refusals[0]


def _choose(hook: Hook, attributes: Attributes, server: ApiServer) -> Kind | None:
    """Return the kind that a webhook is asked about, None where it is not asked. Raises Forbidden where that cannot be found out."""
    target = find_hook_target(hook.spec, attributes, server)
    if target is not None and hook.spec.get("matchConditions"):
        from minikube_py.apiserver.webhooks.conditions import holds

        return target if holds(hook.spec, attributes, target, server) else None
    return target


def _ask_patiently(
    hook: Hook, target: Kind, attributes: Attributes, server: ApiServer, *, mutating: bool
) -> reviews.Verdict | None:
    """Return what a webhook says; None where it fails and that does not matter. Raises StatusError."""
    assert server.heard is not None
    if attributes.dry_run and hook.spec.get("sideEffects") not in SIDE_EFFECTS_ALLOWED:
        raise errors.BadRequest(f'admission webhook "{hook.name}" does not support dry run')
    try:
        verdict = _ask(hook, target, attributes, server, mutating)
    except CallError as error:
        if hook.fails_open:
            return None
        raise reviews.new_internal(str(error)) from error
    server.heard.warnings += verdict.warnings
    if not verdict.allowed:
        refusal = reviews.make_refusal(hook.name, verdict.result)
        refusal.warnings = tuple(server.heard.warnings)
        raise refusal
    return verdict


def _ask(hook: Hook, target: Kind, attributes: Attributes, server: ApiServer, mutating: bool) -> reviews.Verdict:
    uid = server.new_uid()
    try:
        version = reviews.choose_version(hook.spec)
        review = reviews.make_review(attributes, target, version, uid)
        seconds = int(hook.spec.get("timeoutSeconds") or 10)
        call = server.extensions.get("call_webhook") or https.post
        answer = call(hook.spec.get("clientConfig") or {}, review, seconds, server.extensions.get("dial_service"))
        return reviews.read_review(answer, uid, version, mutating=mutating)
    except LookupError as error:
        raise CallError(hook, f"could not create admission objects: {error}") from error
    except https.CallFailed as error:
        raise CallError(hook, f"failed to call webhook: {error}") from error
    except reviews.BadReview as error:
        raise CallError(hook, f"received invalid webhook response: {error}") from error


def _take_patch(hook: Hook, target: Kind, attributes: Attributes, verdict: reviews.Verdict) -> bool:
    """Change the object as a webhook's JSON patch says; return whether that changed anything. Raises InternalError."""
    try:
        operations = codec.decode(verdict.patch)
    except ValueError as error:
        raise reviews.new_internal(str(CallError(hook, f"received undecodable patch in webhook response: {error}"))) from None
    if not operations:
        return False
    if attributes.obj is None:
        why = f'admission webhook "{hook.name}" attempted to modify the object, which is not supported for this operation'
        raise reviews.new_internal(why)
    if verdict.patch_type != "JSONPatch":
        raise reviews.new_internal(str(CallError(hook, f'unsupported patch type "{verdict.patch_type}"')))
    before = reviews.show(target, attributes, attributes.obj)
    after = _decode(target, attributes, _apply(operations, before))
    if after == attributes.obj:
        return False
    attributes.obj.clear()
    attributes.obj.update(after)
    return True


def _apply(operations: Any, obj: Any) -> Object:
    from minikube_py.apimachinery.patch.operations import OperationError, apply_operations

    try:
        patched = apply_operations(deep_copy(obj), operations)
    except (OperationError, AttributeError, TypeError) as error:
        raise reviews.new_internal(str(error)) from error
    if not isinstance(patched, dict):
        raise reviews.new_internal("couldn't get version/kind; json parse error: json: cannot unmarshal a patched object")
    return patched


def _decode(target: Kind, attributes: Attributes, patched: Object) -> Object:
    from minikube_py.apiserver.decoding import decode_checked

    assert attributes.obj is not None
    if attributes.subresource == "scale":
        new = deep_copy(attributes.obj)
        replicas = (patched.get("spec") or {}).get("replicas") or 0
        if target.custom and target.custom.scale:
            target.custom.scale.write(new, replicas)
        else:
            new["spec"]["replicas"] = replicas
        return new
    try:
        decoded, _ = decode_checked(target.asked, patched, "Ignore")
    except errors.BadRequest as error:
        raise reviews.new_internal(error.message) from error
    if target.view is not None and target.view is not attributes.kind.view:
        target.view.set_defaults(decoded)
    new = target.keep(decoded)
    target.set_defaults(new)
    return new
