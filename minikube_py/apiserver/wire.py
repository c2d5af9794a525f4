"""Bodies of HTTP requests and answers: JSON with its fields in the order Kubernetes writes them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.errors import RequestEntityTooLarge
from minikube_py.apis.go_order import order_object

Object = dict[str, Any]
MAX_REQUEST_BYTES = 3 * 1024 * 1024
_ESCAPES = tuple((char.encode(), f"\\u{ord(char):04x}".encode()) for char in "<>&\u2028\u2029")
REPLACEMENT = "\ufffd".encode()


def receive_body(body: Any) -> Any:
    """Return a body as it would arrive over HTTP: texts hold nothing that UTF-8 cannot say. Raises RequestEntityTooLarge."""
    if body is None:
        return None
    text = codec.encode(body)
    if len(text) > MAX_REQUEST_BYTES:
        raise RequestEntityTooLarge(f"Request entity too large: limit is {MAX_REQUEST_BYTES}")
    return codec.decode(text) if REPLACEMENT in text else body


def encode_answer(answer: str | Object) -> bytes:
    """Return the body of an answer: a text as it is, an object as JSON. Items of a List do not say what they are."""
    if isinstance(answer, str):
        return answer.encode()
    ordered = order_object(answer)
    if isinstance(ordered.get("items"), list) and str(ordered.get("kind", "")).endswith("List"):
        ordered["items"] = [_without_type(item) for item in ordered["items"]]
    return escape(codec.encode(ordered)) + b"\n"


def escape(body: bytes) -> bytes:
    """Return JSON with the characters of HTML escaped, as Go writes them; they can only stand in texts."""
    for character, code in _ESCAPES:
        if character in body:
            body = body.replace(character, code)
    return body


def _without_type(item: Object) -> Object:
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}
