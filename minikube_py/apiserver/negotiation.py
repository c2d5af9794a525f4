"""Which form an answer takes: the header Accept. And who asks, by the header User-Agent.

https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.errors import NotAcceptable
from minikube_py.apis.kind import Kind
from minikube_py.apiserver import wire
from minikube_py.client.http_message import JSON, PROTOBUF, HttpRequest
from minikube_py.client.request import METADATA_ONLY, WatchEvent

Object = dict[str, Any]

YAML = "application/yaml"
META_GROUP = "meta.k8s.io"
TABLE, PARTIAL, PARTIAL_LIST = "Table", wire.PARTIAL, f"{wire.PARTIAL}List"
AGGREGATED = "APIGroupDiscoveryList"
AGGREGATED_VERSIONS = ("v2", "v2beta1")
MANAGER_BYTES = 128
META_VERSIONS = ("v1", "v1beta1")
READ = (JSON, YAML, PROTOBUF)
_MEDIA_TYPES = {JSON: JSON, "application/*": JSON, "*/*": JSON, YAML: YAML}


class Form(NamedTuple):
    """What the caller wants: JSON, YAML or protobuf, `convert` to a Table or to metadata only of a `version`, and lines for human eyes."""

    media_type: str = JSON
    convert: str = ""
    pretty: bool = False
    version: str = "v1"

    @property
    def watch_type(self) -> str:
        """The content type of a watch: lines of JSON have that of JSON."""
        return JSON if self.media_type == JSON else f"{self.media_type};stream=watch"


class Clause(NamedTuple):
    """One of the media types that a caller accepts, with its parameters."""

    name: str
    parameters: dict[str, str]


def choose_form(message: HttpRequest) -> Form:
    """Return the first form of the Accept header that this server gives; protobuf where nothing else will do. Raises NotAcceptable."""
    pretty = _wants_pretty(message)
    accept = message.header("accept")
    if not accept.strip() or urlsplit(message.target).path.startswith("/openapi/"):  # those choose among other types
        return Form(pretty=pretty)
    fallback: Form | None = None
    for name, parameters in _read_accept(accept):
        media_type = _MEDIA_TYPES.get(name)
        if not _is_possible(media_type, parameters) or (convert := _conversion(parameters, message)) is None:
            continue
        form = Form(media_type or PROTOBUF, convert, pretty or parameters.get("pretty") == "1", _version_of(parameters))
        if media_type:
            return form
        if name == PROTOBUF and convert in ("", PARTIAL, PARTIAL_LIST):
            fallback = fallback or form._replace(pretty=False)
    if fallback is not None:
        return fallback
    raise _not_acceptable(READ)


def _read_accept(accept: str) -> list[Clause]:
    """Return the clauses of an Accept header, the most wanted first."""
    clauses = []
    for text in accept.split(","):
        name, *parameters = (part.strip() for part in text.split(";"))
        clauses.append(Clause(name, dict(p.split("=", 1) for p in parameters if "=" in p)))
    if len(clauses) > 1:
        clauses.sort(key=lambda clause: (-_quality(clause), clause.name.startswith("*/"), clause.name.endswith("/*")))
    return clauses


def _quality(clause: Clause) -> float:
    try:
        return float(clause.parameters.get("q", "1"))
    except ValueError:
        return 1.0


def _is_possible(media_type: str | None, parameters: dict[str, str]) -> bool:
    """Return whether the parameters that are about how an answer is sent can be met."""
    stream, version = parameters.get("stream", ""), parameters.get("sv", "")
    return stream in ("", "watch") and not (stream and media_type == YAML) and version in ("", "v1")


def _version_of(parameters: dict[str, str]) -> str:
    version = parameters.get("v", "")
    return version if version in META_VERSIONS and parameters.get("g") == META_GROUP else "v1"


def check_route(message: HttpRequest, kind: Kind, verb: str) -> None:
    """Refuse an Accept header that names nothing which the router knows for built-in kinds. Raises NotAcceptable."""
    accept = message.header("accept")
    if kind.custom is not None or not accept or accept.startswith((JSON, "*/*")):
        return
    given = (*READ, f"{JSON};stream=watch", f"{PROTOBUF};stream=watch") if verb in ("list", "watch") else READ
    names = [text.partition(";")[0].strip(" ") for text in accept.split(",")]
    if "*/*" not in names and not set(names) & set(READ):
        raise NotAcceptable(f"406: Not Acceptable\n\nAvailable representations: {', '.join(given)}", {})


def check_form(form: Form, kind: Kind, verb: str) -> None:
    """Refuse what cannot be said in a form, such as custom resources in protobuf and watches in YAML. Raises NotAcceptable."""
    if verb == "watch" and form.media_type == YAML:
        raise _not_acceptable((f"{JSON};stream=watch", f"{PROTOBUF};stream=watch"))
    if form.media_type == PROTOBUF and not form.convert and kind.custom is not None:
        raise _not_acceptable(READ)
    if form.convert == PARTIAL and verb == "list":
        raise NotAcceptable(f"you requested {PARTIAL}, but the requested object is a list ({_name_type(kind, 'List')})")
    if form.convert == PARTIAL_LIST and verb == "get":
        raise NotAcceptable(f"you requested {PARTIAL_LIST}, but the requested object is not a list ({_name_type(kind, '')})")


def _name_type(kind: Kind, suffix: str) -> str:
    """Return the Go type of a kind's objects inside the API server."""
    if kind.custom is not None:
        return f"*unstructured.Unstructured{suffix}"
    return f"*{kind.group.partition('.')[0] or 'core'}.{kind.kind}{suffix}"


def _not_acceptable(accepted: tuple[str, ...]) -> NotAcceptable:
    return NotAcceptable(f"only the following media types are accepted: {', '.join(accepted)}")


def _conversion(parameters: dict[str, str], message: HttpRequest) -> str | None:
    """Return what `as=` asks for, with its version for discovery; None where it is not given here."""
    if not any(parameters.get(word) for word in ("as", "g", "v")):
        return ""
    wanted, version = parameters.get("as", ""), parameters.get("v", "")
    if wanted == AGGREGATED:
        is_root = urlsplit(message.target).path.strip("/") in ("api", "apis")
        known = is_root and version in AGGREGATED_VERSIONS and parameters.get("g") == "apidiscovery.k8s.io"
        return f"{AGGREGATED}/{version}" if known else None
    known = wanted in (TABLE, PARTIAL, PARTIAL_LIST) and version in META_VERSIONS and parameters.get("g") == META_GROUP
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
    if form.version != "v1":
        answer = _rename(answer, form.version)
    if form.media_type == PROTOBUF:
        from minikube_py.apimachinery.protobuf.encode import encode_unknown

        return encode_unknown(answer)
    body = wire.encode_answer(answer)
    if form.media_type == YAML:
        from minikube_py.cli_runtime.printers.yaml import encode_yaml

        return encode_yaml(codec.decode(body)).encode()
    return indent(body) if form.pretty else body


def _rename(answer: Object, version: str) -> Object:
    """Return a Table or metadata in another version: they differ by its name only."""
    if not str(answer.get("apiVersion")).startswith(f"{META_GROUP}/"):
        return answer
    rows, items = answer.get("rows"), answer.get("items")
    inner: Object = {}
    if rows:
        inner["rows"] = [{**row, "object": _rename(row["object"], version)} if row.get("object") else row for row in rows]
    if items:
        inner["items"] = [_rename(item, version) for item in items]
    return {**answer, **inner, "apiVersion": f"{META_GROUP}/{version}"}


def encode_event(event: WatchEvent, form: Form) -> bytes:
    """Return an event of a watch as it stands in the stream: a line of JSON, or a length of 4 bytes and a message."""
    obj = event.object if isinstance(event.object, bytes) else encode(event.object, form._replace(pretty=False))
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


def manager_of(message: HttpRequest) -> str:
    """Return the field manager of who names none: what of the first word of the User-Agent can be printed, as far as it fits."""
    name = message.header("user-agent").partition("/")[0]
    if not name.isprintable():
        name = "".join(filter(str.isprintable, name))
    return name.encode()[:MANAGER_BYTES].decode(errors="ignore")
