"""Request bodies to objects: right kind and version, strictly decoded as `fieldValidation` says."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import codec, errors
from minikube_py.apimachinery.decode import Decoded, cannot_be_handled, decode, strict_error
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.ownership import schema_of
from minikube_py.client.request import Request

Object = dict[str, Any]


def decode_body(kind: Kind, request: Request) -> tuple[Object, tuple[str, ...]]:
    """Return the object in the request's body, as it is stored, and the warnings to give. Raises BadRequest."""
    body = request.body
    if not isinstance(body, dict):
        raise refuse_value(kind.kind, body)
    check_type(kind.asked, body)
    obj, warnings = decode_checked(kind.asked, body, request.params.get("fieldValidation") or "Warn")
    return kind.keep(obj), warnings


def refuse_value(kind: str, value: Any) -> errors.BadRequest:
    """Return the error for a body that is not there, or no object."""
    from minikube_py.apiserver.bodies import explain_types, refuse_body

    why = "unexpected end of JSON input" if value is None else explain_types(value)
    body = b"" if value is None else codec.encode(value)
    return refuse_body(kind, f"couldn't get version/kind; json parse error: {why}", body)


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


def check_type(kind: Kind, body: Object) -> None:
    """Refuse a body that says it is of another kind. Raises BadRequest."""
    given_version, given_kind = body.get("apiVersion") or kind.api_version, body.get("kind") or kind.kind
    if (given_version, given_kind) != (kind.api_version, kind.kind):
        if given_kind == kind.kind and _is_other_version(kind, str(given_version)):
            raise errors.BadRequest(
                f"the API version in the data ({given_version}) does not match the expected API version ({kind.api_version})"
            )
        raise refuse_kind(kind.group, kind.kind, str(given_version), str(given_kind))


def refuse_kind(group: str, name: str, given_version: str, given_kind: str) -> errors.BadRequest:
    """Return the error for a body of another kind than that of the group and name."""
    given_group, _, version = given_version.rpartition("/")
    why = f"converting ({version}.{given_kind}) to ({group.partition('.')[0] or 'core'}.{name}): unknown conversion"
    if catalog.find_by_kind(given_group, given_kind, version) is None:
        why = f"no kind {_quote(given_kind)} is registered for version {_quote(given_version)}"
    return errors.BadRequest(f"{given_kind} in version {_quote(given_version)} cannot be handled as a {name}: {why}")


def _is_other_version(kind: Kind, given_version: str) -> bool:
    group, _, version = given_version.rpartition("/")
    other = catalog.find_by_kind(group, kind.kind, version)
    return other is not None and catalog.find_stored(other).resource == catalog.find_stored(kind).resource


def _quote(text: Any) -> str:
    return f'"{text}"'
