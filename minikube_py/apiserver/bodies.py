"""Bodies of HTTP requests as values, and what is said of those that cannot be read. Upstream: transformDecodeError, summarizeData."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.errors import BadRequest, UnsupportedMediaType
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.negotiation import FORMATS, PROTOBUF, YAML
from minikube_py.client.http_message import JSON, HttpRequest
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH

DELETE_OPTIONS = ("v1", "DeleteOptions")
SUMMARY_BYTES = 30
_PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)


def decode_body(kind: Kind, message: HttpRequest) -> tuple[Any, str]:
    """Return the value of a request's body, None for an empty one, and its content type. Raises BadRequest, UnsupportedMediaType."""
    media_type = message.header("content-type").partition(";")[0].strip().lower() or JSON
    if not message.body and message.method != "PATCH":
        return None, media_type
    known = _PATCHES if message.method == "PATCH" else FORMATS[: 2 if kind.custom else None]
    if media_type not in known:
        raise UnsupportedMediaType(
            f"the body of the request was in an unknown format - accepted media types include: {', '.join(known)}"
        )
    if media_type == APPLY_PATCH:
        return _decode_applied(message.body), media_type
    if message.method == "PATCH":
        return _decode_patch(message.body, media_type), media_type
    wanted = DELETE_OPTIONS if message.method == "DELETE" else (kind.asked.api_version, kind.asked.kind)
    try:
        if media_type == PROTOBUF:
            return _decode_protobuf(message.body, wanted), JSON
        return _decode_object(message.body, media_type), media_type
    except (ValueError, LookupError) as error:
        raise refuse_body(wanted[1], error, message.body) from error


def refuse_body(kind: str, why: object, body: bytes) -> BadRequest:
    """Return the error for a body in which no object of the kind is to be found."""
    return BadRequest(f"the object provided is unrecognized (must be of type {kind}): {why} ({summarize(body)})")


def summarize(body: bytes) -> str:
    """Return how a body begins: as text where it looks like JSON, else as digits."""
    if not body:
        return "<empty>"
    begin = body[:SUMMARY_BYTES]
    shown = begin.decode(errors="replace") if body.startswith(b"{") else begin.hex()
    return shown + (" ..." if len(body) > SUMMARY_BYTES else "")


def _decode_object(body: bytes, media_type: str) -> Any:
    """Return what JSON or YAML says, an object that may say its kind. Raises ValueError with Go's words."""
    if media_type == YAML:
        from minikube_py.apimachinery.yaml_load import load_value

        try:
            value = load_value(body)
        except ValueError as error:
            raise ValueError(f"error converting YAML to JSON: {error}") from None
    else:
        value = _decode_json(body)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str | None) for name in ("apiVersion", "kind")):
        raise ValueError(f"couldn't get version/kind; json parse error: {explain_types(value)}")
    return value


def _decode_json(body: bytes) -> Any:
    try:
        return codec.decode(body)
    except ValueError:
        from minikube_py.apimachinery.json_syntax import explain

        raise ValueError(f"couldn't get version/kind; json parse error: {explain(body.decode(errors='replace'))}") from None


def explain_types(value: Any) -> str:
    """Return what Go says of a value that is no object with an apiVersion and a kind."""
    from minikube_py.apimachinery.gosyntax import TYPE_META, json_kind

    if not isinstance(value, dict):
        return f"json: cannot unmarshal {json_kind(value)} into Go value of type {TYPE_META}"
    name = next(name for name in value if name in ("apiVersion", "kind") and not isinstance(value[name], str | None))
    return f"json: cannot unmarshal {json_kind(value[name])} into Go struct field .{name} of type string"


def _decode_protobuf(body: bytes, expected: tuple[str, str]) -> Any:
    from minikube_py.apimachinery.protobuf.decode import decode_unknown

    return decode_unknown(body, *expected)


def _decode_patch(body: bytes, media_type: str) -> Any:
    from minikube_py.apimachinery.json_syntax import explain

    try:
        return codec.decode(body)
    except ValueError:
        doing = "" if media_type == STRATEGIC_MERGE_PATCH else "error decoding patch: "
        raise BadRequest(doing + explain(body.decode(errors="replace"))) from None


def _decode_applied(body: bytes) -> Any:
    from minikube_py.apimachinery.yaml_load import load_value

    try:
        return load_value(body)
    except ValueError as error:
        raise BadRequest(f"error decoding YAML: {error}") from error
