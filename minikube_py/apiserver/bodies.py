"""What came in a request's body: of which content type it is, whether it can be read, and which kind it says to be.

Upstream: the handlers' decoders, their `transformDecodeError` and the router's check of content types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.depth import TOO_DEEP, is_too_deep
from minikube_py.apimachinery.errors import BadRequest, StatusError, UnsupportedMediaType
from minikube_py.apimachinery.gosyntax import UNREADABLE, explain_type_meta
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.negotiation import READ, YAML
from minikube_py.apiserver.subresource_kinds import CONNECTS, find_body_kind
from minikube_py.client.http_message import JSON, PROTOBUF, HttpRequest
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request

Object = dict[str, Any]

PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)
DELETE_OPTIONS = ("v1", "DeleteOptions")
SUMMARY_BYTES = 30


def read_body(kind: Kind, request: Request, message: HttpRequest) -> tuple[Any, str]:
    """Return the value of a request's body, None where it has none, and its content type. Raises BadRequest, UnsupportedMediaType."""
    media_type = message.header("content-type").partition(";")[0].strip().lower()
    if request.verb == "patch":
        _check_patch_type(kind, media_type)
        return _read_patch(message.body, media_type), media_type
    media_type = media_type or JSON
    takes_object = request.verb in ("create", "update") and request.subresource not in CONNECTS
    if not message.body and not takes_object:
        return None, media_type
    known = READ[: 2 if kind.custom else None]
    if media_type not in known:
        raise UnsupportedMediaType(_name_types(known))
    try:
        return _read_object(
            message.body, media_type, find_expected(kind, request)
        ), JSON if media_type == PROTOBUF else media_type
    except (ValueError, LookupError) as error:
        raise _refuse(kind, request, message.body, str(error)) from None


def find_expected(kind: Kind, request: Request) -> tuple[str, str]:
    """Return the version and kind that a request's body is to be of."""
    if request.verb in ("delete", "deletecollection"):
        return DELETE_OPTIONS
    own = find_body_kind(request.subresource) or kind.asked
    return own.api_version, own.kind


def _name_types(known: tuple[str, ...]) -> str:
    return f"the body of the request was in an unknown format - accepted media types include: {', '.join(known)}"


def _check_patch_type(kind: Kind, media_type: str) -> None:
    """Refuse what is no patch: of a built-in kind the router does that, with few words. Raises UnsupportedMediaType."""
    if kind.custom is None:
        if media_type not in PATCHES:
            raise UnsupportedMediaType("415: Unsupported Media Type", {})
    elif media_type not in PATCHES or media_type == STRATEGIC_MERGE_PATCH:
        raise UnsupportedMediaType(_name_types(tuple(patch for patch in PATCHES if patch != STRATEGIC_MERGE_PATCH)))


def _read_object(body: bytes, media_type: str, expected: tuple[str, str]) -> Object:
    """Return an object. Raises ValueError, LookupError with why there is none."""
    if media_type == PROTOBUF:
        from minikube_py.apimachinery.protobuf.decode import decode_unknown

        decoded = decode_unknown(body, *expected)
        if is_too_deep(decoded):  # JSON may stand in it
            raise ValueError(TOO_DEEP)
        return decoded
    value = _load_yaml(body) if media_type == YAML else _load_json(body)
    if value is None:
        return {}
    if why := TOO_DEEP if is_too_deep(value) else explain_type_meta(value):
        raise ValueError(why)
    return value  # type: ignore[no-any-return]


def _load_yaml(body: bytes) -> Any:
    from minikube_py.apimachinery.yaml_load import load_value

    return load_value(body)


def _load_json(body: bytes) -> Any:
    try:
        return codec.decode(body)
    except ValueError:
        from minikube_py.apimachinery.json_syntax import explain

        raise ValueError(UNREADABLE + explain(body.decode(errors="replace"))) from None


def _refuse(kind: Kind, request: Request, body: bytes, why: str) -> StatusError:
    expected = find_expected(kind, request)
    if expected == DELETE_OPTIONS:
        return BadRequest(why)
    return BadRequest(f"the object provided is unrecognized (must be of type {expected[1]}): {why} ({summarize(body)})")


def summarize(body: bytes) -> str:
    """Return the beginning of a body, as text if it seems to be an object of JSON."""
    if not body:
        return "<empty>"
    shown, more = body[:SUMMARY_BYTES], " ..." if len(body) > SUMMARY_BYTES else ""
    return (shown.decode(errors="replace") if body.startswith(b"{") else shown.hex()) + more


def _read_patch(body: bytes, media_type: str) -> Any:
    if media_type == APPLY_PATCH:
        try:
            return _load_yaml(body)
        except ValueError as error:
            raise BadRequest(f"error decoding YAML: {error}") from error
    doing = "" if media_type == STRATEGIC_MERGE_PATCH else "error decoding patch: "
    try:
        patch = codec.decode(body)
    except ValueError:
        from minikube_py.apimachinery.json_syntax import explain

        raise BadRequest(doing + explain(body.decode(errors="replace"))) from None
    if is_too_deep(patch):
        raise BadRequest(doing + TOO_DEEP)
    return patch


class _Pairs(list[tuple[str, Any]]):
    """An object's fields as they stand in the text."""


def list_duplicates(body: bytes) -> list[str]:
    """Return `duplicate field "data.a"` for each field that stands in its object again; the last one is what counts."""
    import json

    repeated = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal repeated
        repeated = repeated or len({key for key, _ in pairs}) != len(pairs)

    text = body.decode(errors="replace")
    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return []
    return [f'duplicate field "{path}"' for path in _walk(json.loads(text, object_pairs_hook=_Pairs), "")] if repeated else []


def _walk(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, _Pairs):
        seen = set[str]()
        for key, inner in value:
            below = f"{path}.{key}" if path else key
            if key in seen:
                yield below
            seen.add(key)
            yield from _walk(inner, below)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{index}]")
