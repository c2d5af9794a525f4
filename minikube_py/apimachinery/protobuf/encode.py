"""Objects to protobuf messages, the way back of `decode`."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from minikube_py.apimachinery.protobuf.messages import LIST, MAGIC, MAP, Field, find_message, list_fields
from minikube_py.apimachinery.protobuf.special import ENCODERS
from minikube_py.apimachinery.protobuf.wire_format import write_bytes, write_double, write_number

Object = dict[str, Any]
Write = Callable[[Any], bytes]
Writer = tuple[int, Write]  # with the field's number
MESSAGES = 1024  # that are remembered
_number_of = itemgetter(0)


def encode_unknown(obj: Object) -> bytes:
    """Return an object in its envelope. Raises LookupError for a kind that has no message, such as Table and custom resources."""
    return wrap(str(obj.get("apiVersion", "")), str(obj.get("kind", "")), encode_item(obj))


def wrap(api_version: str, kind: str, item: bytes) -> bytes:
    """Return the envelope of an object that is encoded already."""
    type_meta = write_bytes(1, api_version.encode()) + write_bytes(2, kind.encode())
    tail = write_bytes(3, b"") + write_bytes(4, b"")
    return b"".join((MAGIC, write_bytes(1, type_meta), write_bytes(2, item), tail))


def encode_item(obj: Object) -> bytes:
    """Return an object without an envelope, as it stands in a list. Raises what `encode_unknown` does."""
    kind = str(obj.get("kind", ""))
    message = find_message(str(obj.get("apiVersion", "")), kind)
    if message is None or not list_fields(message):
        raise LookupError(f"object {kind} cannot be encoded to a protobuf message")
    return encode_message(obj, message)


def encode_message(obj: Object | bytes, message: str) -> bytes:
    """Return the bytes of an object's fields; what is null or unknown is left out, and what is bytes already stays so."""
    if isinstance(obj, bytes):
        return obj
    writers, inlined = _plan(message)
    parts = [(number, write(obj)) for number, write in inlined]
    for name, value in obj.items():
        if value is not None and (found := writers.get(name)) is not None:
            parts.append((found[0], found[1](value)))
    parts.sort(key=_number_of)
    return b"".join([part for _, part in parts])


@lru_cache(maxsize=MESSAGES)
def _plan(message: str) -> tuple[dict[str, Writer], list[Writer]]:
    """Return what writes each field of a message by its name, and the messages that stand in its place."""
    fields = list_fields(message).values()
    inlined: list[Writer] = [(field.number, partial(_write_value, field)) for field in fields if not field.name]
    return {field.name: (field.number, _find_writer(field)) for field in fields if field.name}, inlined


def _find_writer(field: Field) -> Write:
    if field.form == MAP:
        return partial(_write_map, field)
    return partial(_write_list, field) if field.form == LIST else partial(_write_value, field)


def _write_map(field: Field, value: Any) -> bytes:
    entry = field._replace(number=2)
    entries = (write_bytes(1, key.encode()) + _write_value(entry, item) for key, item in sorted(value.items()))
    return b"".join([write_bytes(field.number, text) for text in entries])


def _write_list(field: Field, value: Any) -> bytes:
    return b"".join([_write_value(field, item) for item in value])


def _write_value(field: Field, value: Any) -> bytes:
    number, kind = field.number, field.type
    if kind == "s":
        return write_bytes(number, value.encode("utf-8", "replace"))
    if len(kind) > 1:
        special = ENCODERS.get(kind)
        if special is not None:
            return write_bytes(number, special(value, encode_message))
        return write_bytes(number, encode_message({"items": value} if isinstance(value, list) else value, kind))
    if kind == "y":
        return write_bytes(number, b64decode(value))
    return write_double(number, float(value)) if kind == "d" else write_number(number, int(value))
