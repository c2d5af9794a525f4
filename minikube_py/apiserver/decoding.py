"""Request bodies to objects: right kind and version, strictly decoded as `fieldValidation` says."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import codec, errors
from minikube_py.apimachinery.decode import Decoded, cannot_be_handled, decode, strict_error
from minikube_py.apimachinery.gosyntax import explain_type_meta
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.ownership import schema_of
from minikube_py.client.request import Request

Object = dict[str, Any]
SCHEME = "pkg/api/legacyscheme/scheme.go:30"  # where Kubernetes keeps the kinds that it has built in


def decode_body(kind: Kind, request: Request) -> tuple[Object, tuple[str, ...]]:
    """Return the object in the request's body, as it is stored, and the warnings to give. Raises BadRequest."""
    body = request.body
    if not isinstance(body, dict):
        raise errors.BadRequest(f"the object provided is unrecognized (must be of type {kind.kind})")
    _check_type(kind.asked, body)
    obj, warnings = decode_checked(kind.asked, body, request.params.get("fieldValidation") or "Warn")
    return kind.keep(obj), warnings


def decode_checked(kind: Kind, body: Object, validation: str) -> tuple[Object, tuple[str, ...]]:
    """Return `body` decoded, with unknown fields refused (Strict), warned of (Warn) or dropped (Ignore); no conversion."""
    decoded = _decode_custom(kind, body) if kind.custom else decode(body, schema_of(kind), kind.kind, kind.api_version)
    if decoded.unknown and validation == "Strict":
        raise strict_error(kind.kind, kind.version, decoded.unknown)
    obj = decoded.object
    obj["apiVersion"], obj["kind"] = kind.api_version, kind.kind
    return obj, tuple(decoded.unknown) if validation == "Warn" else ()


def _decode_custom(kind: Kind, body: Object) -> Decoded:
    assert kind.custom is not None
    try:
        return Decoded(*kind.custom.decode(body))
    except ValueError as error:
        raise cannot_be_handled(kind.kind, kind.api_version, str(error)) from None


def _check_type(kind: Kind, body: Object) -> None:
    if kind.custom is not None:
        _check_custom_type(kind, body)
        return
    given_version, given_kind = body.get("apiVersion") or kind.api_version, body.get("kind") or kind.kind
    if (given_version, given_kind) != (kind.api_version, kind.kind):
        if why := explain_type_meta(body):
            raise errors.BadRequest(f"the object provided is unrecognized (must be of type {kind.kind}): {why}")
        if given_kind == kind.kind and _is_other_version(kind, str(given_version)):
            raise errors.BadRequest(
                f"the API version in the data ({given_version}) does not match the expected API version ({kind.api_version})"
            )
        raise cannot_be_handled(given_kind, given_version, explain_type(kind, given_version, given_kind), kind.kind)


def _check_custom_type(kind: Kind, body: Object) -> None:
    """Custom resources say themselves what they are. Raises BadRequest, Invalid."""
    if (body.get("apiVersion"), body.get("kind")) == (kind.api_version, kind.kind):
        return
    why = explain_type_meta(body)
    if not why and not body.get("kind"):
        why = f"Object 'Kind' is missing in '{codec.encode(body).decode()}'"
    if why:
        raise errors.BadRequest(f"the object provided is unrecognized (must be of type {kind.kind}): {why}")
    check_custom_type(kind, body)


def check_custom_type(kind: Kind, obj: Object) -> None:
    """Refuse an object of another version or kind than that of a custom resource. Raises BadRequest, Invalid."""
    version, name = obj.get("apiVersion") or "", obj.get("kind")
    if version != kind.api_version:
        text = f"the API version in the data ({version}) does not match the expected API version ({kind.api_version})"
        raise errors.BadRequest(text)
    if name != kind.kind:
        called = (obj.get("metadata") or {}).get("name") or ""
        raise errors.new_invalid(kind.group, str(name), called, [errors.invalid("kind", name, f"must be {kind.kind}")])


def _is_other_version(kind: Kind, given_version: str) -> bool:
    group, _, version = given_version.rpartition("/")
    other = catalog.find_by_kind(group, kind.kind, version)
    return other is not None and catalog.find_stored(other).resource == catalog.find_stored(kind).resource


def explain_type(kind: Kind, given_version: str, given_kind: str) -> str:
    """Return why an object that says to be of another kind is none of this one."""
    group, _, version = given_version.rpartition("/")
    if catalog.find_by_kind(group, given_kind, version) is None:
        return f'no kind "{given_kind}" is registered for version "{given_version}" in scheme "{SCHEME}"'
    internal = kind.group.partition(".")[0] or "core"
    return f"converting ({version}.{given_kind}) to ({internal}.{kind.kind}): unknown conversion"
