"""Objects to protobuf messages, the way back of `decode`."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from minikube_py.apimachinery.protobuf.messages import LIST, MAGIC, MAP, Field, find_message, list_fields, list_fields_by_name
from minikube_py.apimachinery.protobuf.special import ENCODERS
from minikube_py.apimachinery.protobuf.wire_format import write_bytes, write_double, write_number

Object = dict[str, Any]


def encode_unknown(obj: Object) -> bytes:
    """Return an object in its envelope. Raises LookupError for a kind that has no message, such as Table and custom resources."""
    api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
    message = find_message(api_version, kind)
    if message is None or not list_fields(message):
        raise LookupError(f"object {kind} cannot be encoded to a protobuf message")
    type_meta = write_bytes(1, api_version.encode()) + write_bytes(2, kind.encode())
    tail = write_bytes(3, b"") + write_bytes(4, b"")
    return MAGIC + write_bytes(1, type_meta) + write_bytes(2, encode_message(obj, message)) + tail


def encode_message(obj: Object, message: str) -> bytes:
    """Return the bytes of an object's fields; what is null or unknown is left out."""
    known = list_fields_by_name(message)
    inlined = {field.number: field for field in list_fields(message).values() if not field.name}
    parts: list[tuple[int, bytes]] = [
        (field.number, write_bytes(field.number, encode_message(obj, field.type))) for field in inlined.values()
    ]
    for name, value in obj.items():
        field = known.get(name)
        if field is not None and field.number not in inlined and value is not None:
            parts.append((field.number, _encode_field(field, value)))
    return b"".join(part for _, part in sorted(parts, key=lambda part: part[0]))


def _encode_field(field: Field, value: Any) -> bytes:
    if field.form == MAP:
        entries = (write_bytes(1, key.encode()) + _encode_value(field, 2, item) for key, item in sorted(value.items()))
        return b"".join(write_bytes(field.number, entry) for entry in entries)
    if field.form == LIST:
        return b"".join(_encode_value(field, field.number, item) for item in value)
    return _encode_value(field, field.number, value)


def _encode_value(field: Field, number: int, value: Any) -> bytes:
    match field.type:
        case "s":
            return write_bytes(number, value.encode("utf-8", "replace"))
        case "y":
            return write_bytes(number, b64decode(value))
        case "i" | "b":
            return write_number(number, int(value))
        case "d":
            return write_double(number, float(value))
    special = ENCODERS.get(field.type)
    if special is not None:
        return write_bytes(number, special(value, encode_message))
    return write_bytes(number, encode_message({"items": value} if isinstance(value, list) else value, field.type))
