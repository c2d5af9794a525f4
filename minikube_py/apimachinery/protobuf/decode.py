"""Protobuf messages to the objects that JSON would have brought."""

from __future__ import annotations

import struct
from typing import Any

from minikube_py.apimachinery.protobuf.messages import LIST, MAGIC, MAP, Field, find_message, list_fields
from minikube_py.apimachinery.protobuf.special import DECODERS, ENVELOPE
from minikube_py.apimachinery.protobuf.wire_format import BYTES, FIXED64, VARINT, read_fields, to_signed

Object = dict[str, Any]
MAX_DEPTH = 100
_WIRE_TYPES = {"s": BYTES, "y": BYTES, "i": VARINT, "b": VARINT, "d": FIXED64}
_PREFIX = f"[{' '.join(str(byte) for byte in MAGIC)}]"


def decode_unknown(data: bytes, api_version: str = "", kind: str = "", depth: int = 0) -> Object:
    """Return the object in an envelope (runtime.Unknown after the magic number), of the kind given where it names none.

    Raises ValueError with upstream's words for what is no such message, LookupError for a kind that nobody knows.
    """
    if not data:
        raise ValueError("empty data")
    if not data.startswith(MAGIC):
        raise ValueError(f"provided data does not appear to be a protobuf message, expected prefix {_PREFIX}")
    if len(data) == len(MAGIC):
        raise ValueError("empty body")
    raw = memoryview(b"")
    for number, wire_type, value in read_fields(memoryview(data)[len(MAGIC) :]):
        if number == 1:
            api_version, kind = _read_type(_need_bytes(value, wire_type, "TypeMeta"), api_version, kind)
        elif number == 2:
            raw = _need_bytes(value, wire_type, "Raw")
    message = find_message(api_version, kind)
    if message is None:
        raise LookupError(f'no kind "{kind}" is registered for version "{api_version}"')
    return {"kind": kind, "apiVersion": api_version, **decode_message(raw, message, depth)}


def _decode_within(data: memoryview, message: str, depth: int) -> Object:
    return decode_unknown(bytes(data), depth=depth) if message == ENVELOPE else decode_message(data, message, depth)


def _read_type(data: memoryview, api_version: str, kind: str) -> tuple[str, str]:
    given = {number: _read_text(value) for number, wire_type, value in read_fields(data) if wire_type == BYTES}
    return given.get(1) or api_version, given.get(2) or kind


def decode_message(data: memoryview, message: str, depth: int = 0) -> Object:
    """Return a message's fields; those that JSON leaves out where they are empty are left out. Raises ValueError."""
    if depth > MAX_DEPTH:
        raise ValueError("proto: nested too deeply")
    fields, obj = list_fields(message), dict[str, Any]()
    for number, wire_type, raw in read_fields(data):
        field = fields.get(number)
        if field is not None:
            _add(obj, field, raw, wire_type, depth)
    return obj


def _add(obj: Object, field: Field, raw: Any, wire_type: int, depth: int) -> None:
    if field.form == MAP:
        key, value = _decode_entry(_need_bytes(raw, wire_type, field.name), field, depth)
        obj.setdefault(field.name, {})[key] = value
    elif field.form == LIST:
        obj.setdefault(field.name, []).extend(_decode_element(field, raw, wire_type, depth))
    elif not field.name:
        inner = decode_message(_need_bytes(raw, wire_type, field.type), field.type, depth + 1)
        obj.update(inner)
    else:
        value = _decode_value(field, raw, wire_type, depth)
        if value is None or (field.is_scalar and not value and not field.kept):
            obj.pop(field.name, None)
        else:
            obj[field.name] = value


def _decode_element(field: Field, raw: Any, wire_type: int, depth: int) -> list[Any]:
    if field.type in "ib" and wire_type == BYTES:  # packed
        return [_to_scalar(field.type, number) for number in _read_packed(raw)]
    return [_decode_value(field, raw, wire_type, depth)]


def _read_packed(data: memoryview) -> list[int]:
    from minikube_py.apimachinery.protobuf.wire_format import read_varint

    numbers, position = list[int](), 0
    while position < len(data):
        number, position = read_varint(data, position)
        numbers.append(number)
    return numbers


def _decode_entry(data: memoryview, field: Field, depth: int) -> tuple[str, Any]:
    """Return an entry of a map; a value that is left out is an empty one."""
    key, value = "", None
    for number, wire_type, raw in read_fields(data):
        if number == 1:
            key = _read_text(_need_bytes(raw, wire_type, field.name))
        elif number == 2:
            value = _decode_value(field, raw, wire_type, depth)
    if value is None:
        value = _decode_value(field, memoryview(b"") if _wire_type(field) == BYTES else 0, _wire_type(field), depth)
    return key, value


def _wire_type(field: Field) -> int:
    return _WIRE_TYPES.get(field.type, BYTES)


def _decode_value(field: Field, raw: Any, wire_type: int, depth: int) -> Any:
    if wire_type != _wire_type(field):
        raise ValueError(_wrong_type(wire_type, field.name))
    if field.is_scalar:
        return _to_scalar(field.type, raw)
    special = DECODERS.get(field.type)
    if special is not None:
        return special(raw, lambda data, message: _decode_within(data, message, depth + 1))
    obj = decode_message(raw, field.type, depth + 1)
    return obj.get("items", []) if "." in field.type and _is_wrapper(field.type) else obj


def _is_wrapper(message: str) -> bool:
    """Return whether a message stands for a bare list, as authorization's ExtraValue does: it has the one field `items`."""
    fields = list_fields(message)
    return len(fields) == 1 and fields.get(1) == Field(1, "items", "s", LIST)


def _to_scalar(kind: str, raw: Any) -> Any:
    match kind:
        case "s":
            return _read_text(raw)
        case "i":
            return to_signed(raw)
        case "b":
            return bool(raw)
        case "d":
            return struct.unpack("<d", raw)[0]
    from base64 import b64encode

    return b64encode(raw).decode()


def _read_text(raw: int | memoryview) -> str:
    assert isinstance(raw, memoryview)
    return str(raw, "utf-8", "replace")


def _need_bytes(raw: int | memoryview, wire_type: int, name: str) -> memoryview:
    if wire_type != BYTES or not isinstance(raw, memoryview):
        raise ValueError(_wrong_type(wire_type, name))
    return raw


def _wrong_type(wire_type: int, name: str) -> str:
    return f"proto: wrong wireType = {wire_type} for field {name[:1].upper()}{name[1:]}"
