"""Types of a kustomization's fields, and the reading of JSON values into them in the words of Go's encoding/json.

Unknown fields are refused; names are found whatever their case.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]


class DecodeError(ValueError):
    """A value that does not fit; the text is encoding/json's."""


class Scalar(NamedTuple):
    """A `kind` of string, bool, int, int64, or interface {} for any value; `alias` is the name of a type of its own."""

    kind: str
    alias: str = ""

    @property
    def go(self) -> str:
        """The Go type."""
        return self.alias or self.kind


class ListOf(NamedTuple):
    """A list."""

    item: Any

    @property
    def go(self) -> str:
        """The Go type."""
        return f"[]{self.item.go}"


class MapOf(NamedTuple):
    """A map from strings."""

    item: Any

    @property
    def go(self) -> str:
        """The Go type."""
        return f"map[string]{self.item.go}"


class Struct(NamedTuple):
    """An object with known fields."""

    name: str
    fields: dict[str, Any]
    package: str = "types"
    pointer: bool = False
    embedded: dict[str, str] = {}  # fields that come of embedded structs, and how those are called in messages

    @property
    def go(self) -> str:
        """The Go type."""
        return f"{'*' * self.pointer}{self.package}.{self.name}"


FieldType = Scalar | ListOf | MapOf | Struct

STRING, BOOL, INT, INT64, ANY = (Scalar(name) for name in ("string", "bool", "int", "int64", "interface {}"))
STRINGS, PAIRS = ListOf(STRING), MapOf(STRING)


def decode(value: Any, struct: Struct) -> Object:
    """Return the fields that a value gives, by their right names. Raises DecodeError."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DecodeError(f"json: cannot unmarshal {_json_kind(value)} into Go value of type {struct.go}")
    return _decode_struct(value, struct, ())


def _decode_struct(value: Object, struct: Struct, path: tuple[str, ...]) -> Object:
    by_lower = {name.lower(): name for name in struct.fields}
    result: Object = {}
    for key in sorted(value):
        name = key if key in struct.fields else by_lower.get(key.lower())
        if name is None:
            raise DecodeError(f'json: unknown field "{key}"')
        decoded = _decode(value[key], struct.fields[name], struct, (*path, struct.embedded.get(name, "") + name))
        if decoded is not None:
            result[name] = decoded
    return result


def _decode(value: Any, wanted: FieldType, owner: Struct, path: tuple[str, ...]) -> Any:
    if value is None or wanted is ANY:
        return value
    if isinstance(wanted, ListOf) and isinstance(value, list):
        items = (_decode(item, wanted.item, owner, path) for item in value)
        return [_zero(wanted.item) if item is None else item for item in items]
    if isinstance(wanted, MapOf) and isinstance(value, dict):
        values = {key: _decode(value[key], wanted.item, owner, path) for key in sorted(value)}
        return {key: _zero(wanted.item) if item is None else item for key, item in values.items()}
    if isinstance(wanted, Struct) and isinstance(value, dict):
        return _decode_struct(value, wanted, path)
    if isinstance(wanted, Scalar) and _fits(value, wanted.kind):
        return value
    number = f" {value}" if wanted.go in ("int", "int64") and isinstance(value, float) else ""
    go_type = wanted.go.removeprefix("*")
    where = f"Go struct field {owner.name}.{'.'.join(path)} of type {go_type}"
    raise DecodeError(f"json: cannot unmarshal {_json_kind(value)}{number} into {where}")


def _zero(wanted: FieldType) -> Any:
    if isinstance(wanted, Struct | MapOf):
        return {}
    if isinstance(wanted, ListOf):
        return []
    return {"string": "", "bool": False, "interface {}": None}.get(wanted.kind, 0)


def _fits(value: Any, kind: str) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)


def _json_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "number"
