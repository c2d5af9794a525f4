"""OpenAPI 2 documents in protobuf, by the numbers of gnostic's OpenAPIv2.proto (https://github.com/google/gnostic, Apache License 2.0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.protobuf.wire_format import write_bytes, write_double, write_number

Object = Mapping[str, Any]
Writer = Callable[[int, Any], bytes]


def encode_document(document: Object) -> bytes:
    """Return a document's bytes."""
    return _encode(document, _DOCUMENT)


def _encode(node: Object, fields: Mapping[str, tuple[int, Writer]], extensions: int = 0) -> bytes:
    """Return the fields of a node that are known, and those that begin with x- where `extensions` is their number."""
    parts = [fields[name][1](fields[name][0], value) for name, value in node.items() if name in fields]
    if extensions:
        parts += (write_bytes(extensions, _name(key, _any(value))) for key, value in node.items() if key.startswith("x-"))
    return b"".join(parts)


def _text(number: int, value: Any) -> bytes:
    return write_bytes(number, str(value).encode())


def _texts(number: int, values: Any) -> bytes:
    return b"".join(_text(number, value) for value in values)


def _flag(number: int, value: Any) -> bytes:
    return write_number(number, bool(value)) if value else b""


def _integer(number: int, value: Any) -> bytes:
    return write_number(number, int(value))


def _double(number: int, value: Any) -> bytes:
    return write_double(number, float(value))


def _any(value: Any) -> bytes:
    """Return a value of any shape; JSON is YAML."""
    return write_bytes(2, codec.encode(value))


def _any_field(number: int, value: Any) -> bytes:
    return write_bytes(number, _any(value))


def _anys(number: int, values: Any) -> bytes:
    return b"".join(_any_field(number, value) for value in values)


def _name(name: str, value: bytes) -> bytes:
    """Return an entry of a map."""
    return write_bytes(1, name.encode()) + write_bytes(2, value)


def _named(encode: Callable[[Any], bytes], inner: int = 1) -> Writer:
    """Return a writer of a map whose entries stand in field `inner` of a message."""

    def write(number: int, entries: Object) -> bytes:
        parts = (write_bytes(inner, _name(key, encode(value))) for key, value in entries.items())
        return write_bytes(number, b"".join(parts))

    return write


def _schema(number: int, value: Any) -> bytes:
    return write_bytes(number, encode_schema(value))


def _schemas(number: int, values: Any) -> bytes:
    return b"".join(_schema(number, value) for value in values)


def _items(number: int, value: Any) -> bytes:
    return write_bytes(number, _schema(1, value))


def _additional(number: int, value: Any) -> bytes:
    return write_bytes(number, write_number(2, value) if isinstance(value, bool) else _schema(1, value))


def _type(number: int, value: Any) -> bytes:
    return write_bytes(number, _texts(1, [value] if isinstance(value, str) else value))


def encode_schema(schema: Object) -> bytes:
    """Return a schema's bytes."""
    return _encode(schema, _SCHEMA, 31)


def _encode_answer(answer: Object) -> bytes:
    schema = write_bytes(2, _schema(1, answer["schema"])) if "schema" in answer else b""
    return write_bytes(1, _text(1, answer["description"]) + schema)


def _encode_parameter(parameter: Object) -> bytes:
    """Return a ParametersItem: of the body, or of the query or path."""
    if parameter["in"] == "body":
        return write_bytes(1, write_bytes(1, _encode(parameter, _BODY)))
    number, fields = (4, _PATH) if parameter["in"] == "path" else (3, _QUERY)
    return write_bytes(1, write_bytes(2, write_bytes(number, _encode(parameter, fields))))


def _parameters(number: int, values: Any) -> bytes:
    return b"".join(write_bytes(number, _encode_parameter(value)) for value in values)


def _operation(number: int, value: Any) -> bytes:
    return write_bytes(number, _encode(value, _OPERATION, 13))


def _info(number: int, value: Any) -> bytes:
    return write_bytes(number, _encode(value, {"title": (1, _text), "version": (2, _text)}))


def _paths(number: int, paths: Any) -> bytes:
    def entries() -> Iterator[bytes]:
        for path, item in paths.items():
            yield write_bytes(2, _name(path, _encode(item, _PATH_ITEM)))

    return write_bytes(number, b"".join(entries()))


_SCHEMA: dict[str, tuple[int, Writer]] = {
    "$ref": (1, _text), "format": (2, _text), "title": (3, _text), "description": (4, _text), "default": (5, _any_field),
    "multipleOf": (6, _double), "maximum": (7, _double), "exclusiveMaximum": (8, _flag), "minimum": (9, _double),
    "exclusiveMinimum": (10, _flag), "maxLength": (11, _integer), "minLength": (12, _integer), "pattern": (13, _text),
    "maxItems": (14, _integer), "minItems": (15, _integer), "uniqueItems": (16, _flag), "maxProperties": (17, _integer),
    "minProperties": (18, _integer), "required": (19, _texts), "enum": (20, _anys), "additionalProperties": (21, _additional),
    "type": (22, _type), "items": (23, _items), "allOf": (24, _schemas), "properties": (25, _named(encode_schema)),
}  # fmt: skip
_BODY: dict[str, tuple[int, Writer]] = {
    "description": (1, _text), "name": (2, _text), "in": (3, _text), "required": (4, _flag), "schema": (5, _schema),
}  # fmt: skip
_QUERY: dict[str, tuple[int, Writer]] = {
    "required": (1, _flag), "in": (2, _text), "description": (3, _text), "name": (4, _text), "type": (6, _text),
    "uniqueItems": (20, _flag),
}  # fmt: skip
_PATH: dict[str, tuple[int, Writer]] = {
    "required": (1, _flag), "in": (2, _text), "description": (3, _text), "name": (4, _text), "type": (5, _text),
    "uniqueItems": (19, _flag),
}  # fmt: skip
_OPERATION: dict[str, tuple[int, Writer]] = {
    "tags": (1, _texts), "description": (3, _text), "operationId": (5, _text), "produces": (6, _texts), "consumes": (7, _texts),
    "parameters": (8, _parameters), "responses": (9, _named(_encode_answer)), "schemes": (10, _texts),
}  # fmt: skip
_PATH_ITEM: dict[str, tuple[int, Writer]] = {
    "get": (2, _operation), "put": (3, _operation), "post": (4, _operation), "delete": (5, _operation),
    "options": (6, _operation), "head": (7, _operation), "patch": (8, _operation), "parameters": (9, _parameters),
}  # fmt: skip
_DOCUMENT: dict[str, tuple[int, Writer]] = {
    "swagger": (1, _text), "info": (2, _info), "paths": (8, _paths), "definitions": (9, _named(encode_schema)),
}  # fmt: skip
