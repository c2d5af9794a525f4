"""Protocol Buffers' wire format: tags, varints and lengths. https://protobuf.dev/programming-guides/encoding/

What is wrong with a message is a ValueError with the words of gogo/protobuf, which Kubernetes decodes by.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, FIXED64, BYTES, START_GROUP, END_GROUP, FIXED32 = range(6)
TRUNCATED = "unexpected EOF"
_VARINT_BITS = 64
_SHORT = [bytes([value]) for value in range(128)]


def read_fields(data: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Yield number, wire type and value of each field; a value of 4 or 8 bytes is given as bytes. Groups are passed over. Raises ValueError."""
    position, depth = 0, 0
    while position < len(data):
        tag, position = read_varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == START_GROUP:
            depth += 1
            continue
        if wire_type == END_GROUP:
            if not depth:
                raise ValueError("proto: wiretype end group for non-group")
            depth -= 1
            continue
        if not 0 < number < 1 << 29:
            raise ValueError(f"proto: illegal tag {number} (wire type {tag})")
        value, position = _read_value(data, position, wire_type)
        if not depth:
            yield number, wire_type, value
    if depth:
        raise ValueError(TRUNCATED)


def _read_value(data: memoryview, position: int, wire_type: int) -> tuple[int | memoryview, int]:
    if wire_type == VARINT:
        return read_varint(data, position)
    if wire_type == BYTES:
        length, position = read_varint(data, position)
        if length >= 1 << 63:
            raise ValueError("proto: negative length found during unmarshaling")
    elif wire_type in (FIXED64, FIXED32):
        length = 8 if wire_type == FIXED64 else 4
    else:
        raise ValueError(f"proto: illegal wireType {wire_type}")
    end = position + length
    if end > len(data):
        raise ValueError(TRUNCATED)
    return data[position:end], end


def read_varint(data: memoryview, position: int) -> tuple[int, int]:
    """Return the number at a position, below 2**64, and what follows it. Raises ValueError."""
    value = shift = 0
    while True:
        if position >= len(data):
            raise ValueError(TRUNCATED)
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << _VARINT_BITS) - 1, position
        shift += 7
        if shift >= _VARINT_BITS:
            raise ValueError("proto: integer overflow")


def write_varint(value: int) -> bytes:
    """Return a number's bytes; a negative one is that of 64 bits."""
    if 0 <= value < 128:
        return _SHORT[value]
    value &= (1 << _VARINT_BITS) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_number(field: int, value: int) -> bytes:
    """Return a field with an integer."""
    return write_varint(field << 3 | VARINT) + write_varint(value)


def write_bytes(field: int, value: bytes) -> bytes:
    """Return a field with bytes, a text or a message."""
    return write_varint(field << 3 | BYTES) + write_varint(len(value)) + value


def write_double(field: int, value: float) -> bytes:
    """Return a field with a float of 8 bytes."""
    return write_varint(field << 3 | FIXED64) + struct.pack("<d", value)


def to_signed(value: int) -> int:
    """Return the signed number that a varint's 64 bits are."""
    return value - (1 << _VARINT_BITS) if value >> 63 else value
