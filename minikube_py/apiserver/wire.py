"""Bodies of HTTP requests and answers: JSON with its fields in the order Kubernetes writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.depth import TOO_DEEP, is_too_deep
from minikube_py.apimachinery.errors import BadRequest, RequestEntityTooLarge
from minikube_py.apimachinery.go_order import order_fields
from minikube_py.apis.go_order import HEAD, find_definition, order_object

Object = dict[str, Any]
META, PARTIAL = "meta.k8s.io/v1", "PartialObjectMetadata"
MAX_REQUEST_BYTES = 3 * 1024 * 1024
_ESCAPES = tuple((char.encode(), f"\\u{ord(char):04x}".encode()) for char in "<>&\u2028\u2029")
_LEAD = "\u2028".encode()[:1]  # of both separators; looking for a byte is quick
REPLACEMENT = "\ufffd".encode()


def receive_body(body: Any) -> Any:
    """Return a body as it would arrive over HTTP: texts hold nothing that UTF-8 cannot say. Raises RequestEntityTooLarge, BadRequest."""
    if body is None:
        return None
    if is_too_deep(body):
        raise BadRequest(TOO_DEEP)
    text = codec.encode(body)
    if len(text) > MAX_REQUEST_BYTES:
        raise RequestEntityTooLarge(f"Request entity too large: limit is {MAX_REQUEST_BYTES}")
    return codec.decode(text) if REPLACEMENT in text else body


def encode_answer(answer: str | Object) -> bytes:
    """Return the body of an answer: a text as it is, an object as JSON. Items of a list may be encoded already."""
    if isinstance(answer, str):
        return answer.encode()
    if is_list(answer):
        return _encode_parts(answer, "items", encode_item)
    if answer.get("apiVersion") == META and answer.get("kind") == "Table":
        return _encode_parts(answer, "rows", encode_plain)
    return escape(codec.encode(order_object(answer))) + b"\n"


def is_list(answer: Object) -> bool:
    """Return whether an answer is a list, and no custom resource that has items of its own."""
    is_named_so = str(answer.get("kind", "")).endswith("List")
    return is_named_so and isinstance(answer.get("items"), list) and "uid" not in (answer.get("metadata") or {})


def _encode_parts(answer: Object, name: str, encode: Callable[[Object], bytes]) -> bytes:
    """Return a list or Table, whose items or rows stand at its end."""
    texts = (part if isinstance(part, bytes) else encode(part) for part in answer[name])
    head = {key: answer[key] for key in (*HEAD, *answer) if key in answer}
    del head[name]
    return b"".join((encode_plain({**head, name: []}).removesuffix(b"]}"), b",".join(texts), b"]}\n"))


def encode_item(obj: Object) -> bytes:
    """Return an object as it stands in a list. One of a built-in kind does not say there what it is."""
    definition = find_definition(obj)
    ordered = order_object(obj) if definition is None else order_fields(_without_type(obj), definition)
    return encode_plain(ordered)


def encode_plain(value: Object) -> bytes:
    """Return JSON as it is sent, the fields in the order they have."""
    return escape(codec.encode(value))


def show_metadata(obj: Object) -> Object:
    """Return an object with nothing but its metadata."""
    return {"kind": PARTIAL, "apiVersion": META, "metadata": obj.get("metadata") or {}}


def escape(body: bytes) -> bytes:
    """Return JSON with the characters of HTML escaped, as Go writes them; they can only stand in texts."""
    for character, code in _ESCAPES if _LEAD in body else _ESCAPES[:3]:
        if character in body:
            body = body.replace(character, code)
    return body


def _without_type(item: Object) -> Object:
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}
