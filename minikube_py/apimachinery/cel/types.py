"""What is known of a value before it is there: CEL's types, and those that schemas stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.schema import Schema

_SCALARS = {"integer": "int", "number": "double", "boolean": "bool", "string": "string"}
_OF_FORMATS = {"byte": "bytes", "date": "timestamp", "date-time": "timestamp", "duration": "duration"}
_NULLABLE = ("object", "timestamp", "duration", "null")


class Type(NamedTuple):
    """A type: `int`, `list` of a type, `map` from one to another, `object` with a schema's fields, `dyn` for any."""

    name: str
    params: tuple[Type, ...] = ()
    schema: Any = None

    def __str__(self) -> str:
        """Return the type as cel-go writes it."""
        if self.name == "object":
            return self.schema.name.rpartition(".")[2] if isinstance(self.schema, Schema) else "object"
        name = "optional_type" if self.name == "optional" else self.name
        return f"{name}({', '.join(map(str, self.params))})" if self.params else name


DYN, INT, DOUBLE, BOOL, STRING, BYTES, NULL = (
    Type(name) for name in ("dyn", "int", "double", "bool", "string", "bytes", "null")
)
NUMBERS = ("int", "uint", "double")


def list_of(item: Type) -> Type:
    """Return the type of lists."""
    return Type("list", (item,))


def type_of_schema(schema: Any) -> Type:
    """Return the type of the values that a schema describes; a type is its own."""
    if isinstance(schema, Type):
        return schema
    if isinstance(schema, Schema):
        return _type_of_definition(schema)
    if not isinstance(schema, Mapping) or schema.get("x-kubernetes-int-or-string"):
        return DYN
    kind, additional = schema.get("type"), schema.get("additionalProperties")
    if kind == "array":
        return list_of(type_of_schema(schema.get("items")))
    if kind == "object":
        if isinstance(additional, Mapping):
            return Type("map", (STRING, type_of_schema(additional)))
        return Type("object", (), schema) if schema.get("properties") else DYN
    if kind == "string" and schema.get("format") in _OF_FORMATS:
        return Type(_OF_FORMATS[schema["format"]])
    return Type(_SCALARS[kind]) if kind in _SCALARS else DYN


def _type_of_definition(schema: Schema) -> Type:
    """Return the type of the values of one of Kubernetes' own definitions."""
    if schema.type == "object":
        return Type("object", (), schema) if schema.fields else DYN
    if schema.type in ("map", "array"):
        inner = type_of_schema(schema.items)
        return list_of(inner) if schema.type == "array" else Type("map", (STRING, inner))
    if schema.type == "string":
        return BYTES if schema.format == "byte" else STRING
    return {**{key: Type(name) for key, name in _SCALARS.items()}, "time": Type("timestamp")}.get(schema.type, DYN)


def field_of(kind: Type, name: str) -> Type | None:
    """Return the type of an object's field or a map's value, DYN where nothing is known, None where there is no such field."""
    if kind.name == "map":
        return kind.params[1]
    if kind.name == "optional":
        return field_of(kind.params[0], name)
    if kind.name != "object":
        return DYN
    fields = kind.schema.fields if isinstance(kind.schema, Schema) else kind.schema["properties"]
    return type_of_schema(fields[name]) if name in fields else None


def agree(one: Type, other: Type, bound: dict[str, Type]) -> bool:
    """Return whether a value of type `other` can stand where `one` is wanted. One-letter types stand for any, always the same."""
    if len(one.name) == 1:
        known = bound.get(one.name)
        if known is None or known.name == "dyn" or (known == NULL and other.name != "dyn"):
            bound[one.name] = other
            return known is None or known.name == "dyn" or agree(other, known, {})
        return agree(known, other, {})
    if "dyn" in (one.name, other.name):
        return True
    if NULL in (one, other):
        return (other if one == NULL else one).name in _NULLABLE
    if one.name != other.name or len(one.params) != len(other.params):
        return False
    if one.name == "object":
        return one.schema is other.schema or one.schema == other.schema or str(one) == str(other) != "object"
    return all(agree(a, b, bound) for a, b in zip(one.params, other.params, strict=True))


def put_in(kind: Type, bound: dict[str, Type]) -> Type:
    """Return a type with what its one-letter types have come to stand for."""
    if len(kind.name) == 1:
        return bound.get(kind.name, DYN)
    return kind._replace(params=tuple(put_in(param, bound) for param in kind.params)) if kind.params else kind
