"""Messages whose JSON is not that of their fields: times, quantities, numbers or texts, and JSON itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from minikube_py.apimachinery.protobuf.messages import MAGIC
from minikube_py.apimachinery.protobuf.wire_format import BYTES, VARINT, read_fields, to_signed, write_bytes, write_number

DecodeMessage = Callable[[memoryview, str], Any]  # decodes the message of that name which lies within
Decoder = Callable[[memoryview, DecodeMessage], Any]
EncodeMessage = Callable[[Any, str], bytes]
Encoder = Callable[[Any, EncodeMessage], bytes]
ENVELOPE = "runtime.Unknown"
PROPS = "apiextensions.k8s.io/v1.JSONSchemaProps"
NANO = 10**9
TIMES = 1024  # that are remembered: the objects of a list have many in common
_FIRST, _LAST = -62135596800, 253402300799  # the years 1 to 9999


def _collect(data: memoryview) -> dict[int, Any]:
    """Return the last value of each field that is a number or bytes."""
    return {number: value for number, wire_type, value in read_fields(data) if wire_type in (BYTES, VARINT)}


def _text(value: Any) -> str:
    return str(value, "utf-8", "replace") if isinstance(value, memoryview) else ""


def _number(value: Any) -> int:
    return to_signed(value) if isinstance(value, int) else 0


def _raw(value: Any) -> bytes:
    return bytes(value) if isinstance(value, memoryview) else b""


def _read_stamp(data: memoryview) -> tuple[int, int]:
    fields = _collect(data)
    seconds, nanos = _number(fields.get(1)), _number(fields.get(2))
    if not _FIRST <= seconds <= _LAST or not 0 <= nanos < NANO:
        raise ValueError(f"proto: time {seconds}.{nanos} is out of range")
    return seconds, nanos


def _decode_time(data: memoryview, decode: DecodeMessage) -> str | None:
    if not data:
        return None
    return _format(_read_stamp(data)[0]) + "Z"


def _decode_micro_time(data: memoryview, decode: DecodeMessage) -> str | None:
    if not data:
        return None
    seconds, nanos = _read_stamp(data)
    return f"{_format(seconds)}.{nanos // 1000:06d}Z"


def _format(seconds: int) -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


@lru_cache(maxsize=TIMES)
def _parse_time(text: str) -> tuple[int, int]:
    from datetime import datetime

    stamp = datetime.fromisoformat(text)
    return int(stamp.replace(microsecond=0).timestamp()), stamp.microsecond * 1000


def _encode_time(text: str, encode: EncodeMessage) -> bytes:
    return write_number(1, _parse_time(text)[0]) + write_number(2, 0)


def _encode_micro_time(text: str, encode: EncodeMessage) -> bytes:
    seconds, nanos = _parse_time(text)
    return write_number(1, seconds) + write_number(2, nanos)


def _decode_duration(data: memoryview, decode: DecodeMessage) -> str:
    from minikube_py.apimachinery.duration import format_duration

    return format_duration(_number(_collect(data).get(1)))


def _encode_duration(text: str, encode: EncodeMessage) -> bytes:
    from minikube_py.apimachinery.duration import parse_duration

    return write_number(1, parse_duration(text))


def _decode_quantity(data: memoryview, decode: DecodeMessage) -> str:
    return _text(_collect(data).get(1)) or "0"


def _encode_quantity(value: Any, encode: EncodeMessage) -> bytes:
    return write_bytes(1, str(value).encode())


def _decode_int_or_string(data: memoryview, decode: DecodeMessage) -> int | str:
    fields = _collect(data)
    return _text(fields.get(3)) if _number(fields.get(1)) else _number(fields.get(2))


def _encode_int_or_string(value: int | str, encode: EncodeMessage) -> bytes:
    is_text = isinstance(value, str)
    number, text = (0, str(value)) if is_text else (int(value), "")
    return write_number(1, is_text) + write_number(2, number) + write_bytes(3, text.encode())


def _decode_json(data: memoryview, decode: DecodeMessage) -> Any:
    """Return the value of JSON in bytes; nothing is no value. An object may be embedded as protobuf."""
    from minikube_py.apimachinery import codec

    raw = _raw(_collect(data).get(1))
    if not raw:
        return None
    if raw.startswith(MAGIC):
        return decode(memoryview(raw), ENVELOPE)
    return codec.decode(raw)


def _encode_json(value: Any, encode: EncodeMessage) -> bytes:
    from minikube_py.apimachinery import codec

    return write_bytes(1, codec.encode(value))


def _decode_props(data: Any, decode: DecodeMessage) -> Any:
    return decode(memoryview(_raw(data)), PROPS)


def _encode_props(value: Any, encode: EncodeMessage) -> bytes:
    return encode(value, PROPS)


def _decode_props_or_bool(data: memoryview, decode: DecodeMessage) -> Any:
    fields = _collect(data)
    return _decode_props(fields[2], decode) if 2 in fields else bool(fields.get(1))


def _encode_props_or_bool(value: Any, encode: EncodeMessage) -> bytes:
    return (
        write_number(1, value) if isinstance(value, bool) else write_number(1, 1) + write_bytes(2, _encode_props(value, encode))
    )


def _decode_props_or_list(data: memoryview, decode: DecodeMessage) -> Any:
    fields = _collect(data)
    if 1 in fields:
        return _decode_props(fields[1], decode)
    return [_decode_props(value, decode) for number, _, value in read_fields(data) if number == 2]


def _encode_props_or_list(value: Any, encode: EncodeMessage) -> bytes:
    if isinstance(value, dict):
        return write_bytes(1, _encode_props(value, encode))
    return b"".join(write_bytes(2, _encode_props(props, encode)) for props in value)


def _decode_props_or_texts(data: memoryview, decode: DecodeMessage) -> Any:
    fields = _collect(data)
    if 1 in fields:
        return _decode_props(fields[1], decode)
    return [_text(value) for number, _, value in read_fields(data) if number == 2]


def _encode_props_or_texts(value: Any, encode: EncodeMessage) -> bytes:
    if isinstance(value, dict):
        return write_bytes(1, _encode_props(value, encode))
    return b"".join(write_bytes(2, text.encode()) for text in value)


DECODERS: dict[str, Decoder] = {
    "Time": _decode_time,
    "MicroTime": _decode_micro_time,
    "Duration": _decode_duration,
    "Quantity": _decode_quantity,
    "IntOrString": _decode_int_or_string,
    "RawExtension": _decode_json,
    "FieldsV1": _decode_json,
    "JSON": _decode_json,
    "JSONSchemaPropsOrBool": _decode_props_or_bool,
    "JSONSchemaPropsOrArray": _decode_props_or_list,
    "JSONSchemaPropsOrStringArray": _decode_props_or_texts,
}
"""None stands for a value that is not there."""

ENCODERS: dict[str, Encoder] = {
    "Time": _encode_time,
    "MicroTime": _encode_micro_time,
    "Duration": _encode_duration,
    "Quantity": _encode_quantity,
    "IntOrString": _encode_int_or_string,
    "RawExtension": _encode_json,
    "FieldsV1": _encode_json,
    "JSON": _encode_json,
    "JSONSchemaPropsOrBool": _encode_props_or_bool,
    "JSONSchemaPropsOrArray": _encode_props_or_list,
    "JSONSchemaPropsOrStringArray": _encode_props_or_texts,
}
