"""AdmissionReview: what a webhook is asked, and what its answer means. Upstream: webhook/request/admissionreview.go."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery import codec, errors
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.subresource_kinds import find_type

if TYPE_CHECKING:
    pass

Object = dict[str, Any]
GROUP = "admission.k8s.io"
VERSIONS = ("v1", "v1beta1")
_CODES = {
    cls.code: cls
    for cls in (
        *(errors.BadRequest, errors.Unauthorized, errors.Forbidden, errors.NotFound, errors.MethodNotAllowed),
        *(errors.NotAcceptable, errors.Conflict, errors.Gone, errors.RequestEntityTooLarge, errors.UnsupportedMediaType),
        *(errors.Invalid, errors.TooManyRequests, errors.InternalError, errors.ServiceUnavailable, errors.Timeout),
    )
}


class BadReview(Exception):
    """An answer that is none."""


class Verdict(NamedTuple):
    """What a webhook says. `patch` is its bytes, b"" for none; `result` the Status that goes with a refusal."""

    allowed: bool
    result: Object | None
    patch: bytes
    patch_type: str
    warnings: tuple[str, ...]


def show(kind: Kind, attributes: Attributes, obj: Object | None) -> Object | None:
    """Return a stored object as a webhook or policy sees it: in the version it wants, or as what the subresource is."""
    if obj is None:
        return None
    if attributes.subresource == "scale":
        from minikube_py.apiserver.subresources import scale_of

        return scale_of(kind, obj)
    return obj if find_type(kind, attributes.subresource) != (kind.group, kind.version, kind.kind) else kind.show(obj)


def describe_request(attributes: Attributes, target: Kind) -> Object:
    """Return what a review and a policy's `request` say alike of a request, as the version of `target`."""
    asked, seen, user = attributes.kind.asked, target.asked, attributes.user
    namespace = attributes.name if attributes.kind.resource == "namespaces" else attributes.namespace
    request: Object = {
        "kind": _kind_of(seen, attributes.subresource),
        "resource": {"group": seen.group, "version": seen.version, "resource": seen.plural},
        "requestKind": _kind_of(asked, attributes.subresource),
        "requestResource": {"group": asked.group, "version": asked.version, "resource": asked.plural},
        "operation": attributes.operation,
        "userInfo": {
            "username": user.name,
            **({"uid": user.uid} if user.uid else {}),
            "groups": list(user.groups),
            **({"extra": {key: list(values) for key, values in user.extra}} if user.extra else {}),
        },
        "dryRun": attributes.dry_run,
        "options": attributes.options,
    }
    if attributes.subresource:
        request |= {"subResource": attributes.subresource, "requestSubResource": attributes.subresource}
    return request | {key: value for key, value in (("name", attributes.name), ("namespace", namespace)) if value}


def _kind_of(kind: Kind, subresource: str) -> Object:
    group, version, name = find_type(kind, subresource)
    return {"group": group, "version": version, "kind": name}


def make_review(attributes: Attributes, target: Kind, version: str, uid: str) -> Object:
    """Return the AdmissionReview to send."""
    request = {
        "uid": uid,
        **describe_request(attributes, target),
        "object": show(target, attributes, attributes.obj),
        "oldObject": show(target, attributes, attributes.old),
    }
    return {"kind": "AdmissionReview", "apiVersion": f"{GROUP}/{version}", "request": request}


def choose_version(hook: Object) -> str:
    """Return the first version of reviews that a webhook takes and that is sent. Raises LookupError."""
    for version in hook.get("admissionReviewVersions") or ():
        if version in VERSIONS:
            return str(version)
    raise LookupError("webhook does not accept known AdmissionReview versions (v1, v1beta1)")


def read_review(answer: Object, uid: str, version: str, *, mutating: bool) -> Verdict:
    """Return what an answer says. Raises BadReview."""
    response = answer.get("response")
    if not isinstance(response, dict):
        raise BadReview("webhook response was absent")
    patch, patch_type = _read_patch(response)
    if version == "v1":
        _check(answer, response, uid, mutating, patch)
    elif patch:
        patch_type = "JSONPatch"
    warnings = tuple(str(text) for text in response.get("warnings") or ())
    return Verdict(response.get("allowed") is True, response.get("status"), patch if mutating else b"", patch_type, warnings)


def _read_patch(response: Object) -> tuple[bytes, str]:
    try:
        return base64.b64decode(response.get("patch") or "", validate=True), str(response.get("patchType") or "")
    except (binascii.Error, TypeError) as error:
        raise BadReview(f"illegal base64 data: {error}") from None


def _check(answer: Object, response: Object, uid: str, mutating: bool, patch: bytes) -> None:
    quoted, given = (codec.encode(text).decode() for text in (uid, str(response.get("uid") or "")))
    if quoted != given:
        raise BadReview(f"expected response.uid={quoted}, got {given}")
    wanted, got = (f"{GROUP}/v1, Kind=AdmissionReview", f"{answer.get('apiVersion')}, Kind={answer.get('kind')}")
    if wanted != got:
        raise BadReview(f"expected webhook response of {wanted}, got {got}")
    has_type = response.get("patchType") is not None
    if not mutating:
        for present, field in ((patch, "patch"), (has_type, "patchType")):
            if present:
                raise BadReview(f"validating webhook may not return response.{field}")
    elif patch and not has_type:
        raise BadReview("webhook returned response.patch but not response.patchType")
    elif has_type and not patch:
        raise BadReview("webhook returned response.patchType but not response.patch")


def make_refusal(hook: str, result: Object | None) -> errors.StatusError:
    """Return the error of a write that a webhook did not allow."""
    status = result or {}
    denied = f'admission webhook "{hook}" denied the request'
    reason, said = str(status.get("reason") or ""), str(status.get("message") or "")
    code = status.get("code") or 0
    code = code if isinstance(code, int) and code >= 400 else 400
    text = f"{denied}: {said or reason}" if said or reason else f"{denied} without explanation"
    base = _CODES.get(code, errors.StatusError)
    error = base(text, status.get("details"))
    error.code, error.reason = code, reason  # type: ignore[misc]  # a webhook says what it likes
    return error


def new_internal(text: str) -> errors.InternalError:
    """`Internal error occurred: ...`, with the cause apart."""
    return errors.InternalError(f"Internal error occurred: {text}", {"causes": [{"message": text}]})
