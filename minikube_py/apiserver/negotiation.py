"""Which form an answer takes and in which a body came: the headers Accept, Content-Type and User-Agent.

https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.depth import TOO_DEEP, is_too_deep
from minikube_py.apimachinery.errors import BadRequest, NotAcceptable, UnsupportedMediaType
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import wire
from minikube_py.client.http_message import JSON, PROTOBUF, HttpRequest
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, METADATA_ONLY, STRATEGIC_MERGE_PATCH, WatchEvent

Object = dict[str, Any]

YAML = "application/yaml"
META_GROUP = "meta.k8s.io"
TABLE, PARTIAL, PARTIAL_LIST = "Table", wire.PARTIAL, f"{wire.PARTIAL}List"
AGGREGATED = "APIGroupDiscoveryList"
AGGREGATED_VERSIONS = ("v2", "v2beta1")
MANAGER_BYTES = 128
SUMMARY_BYTES = 30
_READ = (JSON, YAML, PROTOBUF)
_PATCHES = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)
_MEDIA_TYPES = {JSON: JSON, "application/*": JSON, "*/*": JSON, YAML: YAML}


class Form(NamedTuple):
    """What the caller wants: JSON, YAML or protobuf, `convert` to a Table or to metadata only, and line by line for human eyes."""

    media_type: str = JSON
    convert: str = ""
    pretty: bool = False

    @property
    def watch_type(self) -> str:
        """The content type of a watch: lines of JSON have that of JSON."""
        return JSON if self.media_type == JSON else f"{self.media_type};stream=watch"


def choose_form(message: HttpRequest) -> Form:
    """Return the first form of the Accept header that this server gives; protobuf where nothing else will do. Raises NotAcceptable."""
    pretty = _wants_pretty(message)
    accept = message.header("accept")
    if not accept.strip() or urlsplit(message.target).path.startswith("/openapi/"):  # those choose among other types
        return Form(pretty=pretty)
    fallback: Form | None = None
    for clause in accept.split(","):
        name, *parameters = (part.strip() for part in clause.split(";"))
        media_type = _MEDIA_TYPES.get(name)
        convert = _conversion(dict(p.split("=", 1) for p in parameters if "=" in p), message)
        if media_type and convert is not None:
            return Form(media_type, convert, pretty)
        if name == PROTOBUF and convert in ("", PARTIAL, PARTIAL_LIST):
            fallback = fallback or Form(PROTOBUF, convert)
    if fallback is not None:
        return fallback
    raise _not_acceptable(_READ)


def check_form(form: Form, kind: Kind, verb: str) -> None:
    """Refuse custom resources in protobuf, since nobody knows their fields' numbers, and watches in YAML. Raises NotAcceptable."""
    if verb == "watch" and form.media_type == YAML:
        raise _not_acceptable(_READ)
    if form.media_type == PROTOBUF and not form.convert and kind.custom is not None:
        raise _not_acceptable((JSON, YAML))


def _not_acceptable(accepted: tuple[str, ...]) -> NotAcceptable:
    return NotAcceptable(f"only the following media types are accepted: {', '.join(accepted)}", {})


def _conversion(parameters: dict[str, str], message: HttpRequest) -> str | None:
    """Return what `as=` asks for, with its version for discovery; None where it is not given here."""
    wanted, version = parameters.get("as", ""), parameters.get("v", "")
    if not wanted:
        return ""
    if wanted == AGGREGATED:
        is_root = urlsplit(message.target).path.strip("/") in ("api", "apis")
        known = is_root and version in AGGREGATED_VERSIONS and parameters.get("g") == "apidiscovery.k8s.io"
        return f"{AGGREGATED}/{version}" if known else None
    known = wanted in (TABLE, PARTIAL, PARTIAL_LIST) and version == "v1" and parameters.get("g") == META_GROUP
    return wanted if known else None


def _wants_pretty(message: HttpRequest) -> bool:
    given = parse_qs(urlsplit(message.target).query, keep_blank_values=True).get("pretty")
    if given is not None:
        return given[-1] not in ("0", "f", "F", "false", "FALSE", "False")
    return message.header("user-agent").startswith(("curl", "Wget", "Mozilla/5.0"))


def encoding_of(form: Form) -> str:
    """Return how the items or rows of a list may come one by one."""
    media_type = JSON if form.media_type == YAML else form.media_type
    return media_type + METADATA_ONLY if form.convert in (PARTIAL, PARTIAL_LIST) else media_type


def encode(answer: Object, form: Form) -> bytes:
    """Return an answer's body in that form."""
    if form.convert in (PARTIAL, PARTIAL_LIST):
        answer = strip_to_metadata(answer)
    if form.media_type == PROTOBUF:
        from minikube_py.apimachinery.protobuf.encode import encode_unknown

        return encode_unknown(answer)
    body = wire.encode_answer(answer)
    if form.media_type == YAML:
        from minikube_py.cli_runtime.printers.yaml import encode_yaml

        return encode_yaml(codec.decode(body)).encode()
    return indent(body) if form.pretty else body


def encode_event(event: WatchEvent, form: Form) -> bytes:
    """Return an event of a watch as it stands in the stream: a line of JSON, or a length of 4 bytes and a message."""
    obj = encode(event.object, form._replace(pretty=False))
    if form.media_type != PROTOBUF:
        return b'{"type":"%s","object":%s}\n' % (event.type.encode(), obj.rstrip())
    from minikube_py.apimachinery.protobuf.wire_format import write_bytes

    frame = write_bytes(1, event.type.encode()) + write_bytes(2, write_bytes(1, obj))
    return len(frame).to_bytes(4) + frame


def indent(body: bytes) -> bytes:
    """Return JSON line by line."""
    import json

    return wire.escape(json.dumps(codec.decode(body), indent=2, ensure_ascii=False).encode())


def strip_to_metadata(obj: Object) -> Object:
    """Return an object, or a list's items, with nothing but their metadata; what has none stays as it is."""
    if obj.get("kind") == "Status":
        return obj
    if wire.is_list(obj):
        items = [item if isinstance(item, bytes) else wire.show_metadata(item) for item in obj["items"]]
        return {"kind": PARTIAL_LIST, "apiVersion": wire.META, "metadata": obj["metadata"], "items": items}
    return wire.show_metadata(obj)


def decode_body(kind: Kind, message: HttpRequest) -> tuple[Any, str]:
    """Return the value of a request's body, None for an empty one, and its content type. Raises BadRequest, UnsupportedMediaType."""
    media_type = message.header("content-type").partition(";")[0].strip().lower() or JSON
    if not message.body and message.method != "PATCH":
        return None, media_type
    known = _PATCHES if message.method == "PATCH" else _READ[: 2 if kind.custom else None]
    if media_type not in known:
        raise UnsupportedMediaType(
            f"the body of the request was in an unknown format - accepted media types include: {', '.join(known)}"
        )
    if media_type in (YAML, APPLY_PATCH):
        return _decode_yaml(message.body), media_type
    if message.method == "PATCH":
        return _decode_patch(message.body, media_type), media_type
    if media_type == PROTOBUF:
        return _decode_protobuf(kind, message), JSON
    return wire.decode_body(kind, message.body), media_type


def _decode_protobuf(kind: Kind, message: HttpRequest) -> Any:
    from minikube_py.apimachinery.protobuf.decode import decode_unknown

    expected = ("v1", "DeleteOptions") if message.method == "DELETE" else (kind.asked.api_version, kind.asked.kind)
    try:
        value = decode_unknown(message.body, *expected)
        if is_too_deep(value):  # JSON may stand in it
            raise ValueError(TOO_DEEP)
    except (ValueError, LookupError) as error:
        shown = message.body[:SUMMARY_BYTES].hex() + (" ..." if len(message.body) > SUMMARY_BYTES else "")
        raise BadRequest(f"the object provided is unrecognized (must be of type {expected[1]}): {error} ({shown})") from error
    return value


def _decode_patch(body: bytes, media_type: str) -> Any:
    from minikube_py.apimachinery.json_syntax import explain

    doing = "" if media_type == STRATEGIC_MERGE_PATCH else "error decoding patch: "
    try:
        patch = codec.decode(body)
    except ValueError:
        raise BadRequest(doing + explain(body.decode(errors="replace"))) from None
    if is_too_deep(patch):
        raise BadRequest(doing + TOO_DEEP)
    return patch


def _decode_yaml(body: bytes) -> Any:
    from minikube_py.apimachinery.yaml_load import load_value

    try:
        return load_value(body)
    except ValueError as error:
        raise BadRequest(f"error decoding YAML: {error}") from error


def manager_of(message: HttpRequest) -> str:
    """Return the field manager of who names none: the first word of the User-Agent."""
    return message.header("user-agent").partition("/")[0][:MANAGER_BYTES]
