"""Strict decoding: a JSON object against the Kubernetes schema of its kind, with the answers Go's decoder gives.

An object without faults takes one pass of compiled functions. Only when something is odd is it walked again, by
`decode_errors`, with paths. As after a round trip through Go's structs, optional fields that are empty are dropped (see
`omitempty`), and so are nulls (in lists and maps they become the empty value of their type).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import BadRequest, Object
from minikube_py.apimachinery.scalars import canonicalize_base64, canonicalize_quantity, canonicalize_time
from minikube_py.apimachinery.schema import Schema

Convert = Callable[[Any], Any]
_INT_LIMITS = {"int32": 2**31, "int64": 2**63}


class Decoded(NamedTuple):
    """The clean object and the strict errors, whole texts such as `unknown field "spec.replicsa"`."""

    object: Object
    unknown: list[str]


def decode(obj: Any, schema: Schema, kind_name: str, api_version: str) -> Decoded:
    """Decode `obj` (read from JSON, not changed) as the kind that `schema` describes.

    The result shares no containers with `obj` but under fields of free form. Unknown fields are left out and listed, sorted
    as in what kubectl sends, at most 100. Quantities and times are in canonical form. `api_version` may hold a group.
    Raises BadRequest with the text of Go's encoding/json for the first value of a wrong type.
    """
    try:
        return Decoded(compile_schema(schema)(obj), [])
    except (OddValue, ValueError):
        from minikube_py.apimachinery.decode_errors import StrictDecoder

        try:
            return Decoded(*StrictDecoder().decode(obj, schema))
        except ValueError as error:
            raise cannot_be_handled(kind_name, api_version, str(error)) from None


def strict_error(kind: str, version: str, unknown: Iterable[str]) -> BadRequest:
    """Return the error a strict request gets: `... strict decoding error: unknown field "a", unknown field "b"`."""
    return cannot_be_handled(kind, version, "strict decoding error: " + ", ".join(unknown))


def cannot_be_handled(kind: str, version: str, why: str, as_kind: str = "") -> BadRequest:
    """Return the error of a body that does not decode: `Pod in version "v1" cannot be handled as a Pod: <why>`."""
    return BadRequest(f'{kind} in version "{version.rpartition("/")[2]}" cannot be handled as a {as_kind or kind}: {why}')


def suggest_field(schema: Schema, path: str) -> str | None:
    """Return the field the last word of `path` was probably meant to be, or None. `path` is as in `unknown field "<path>"`."""
    from difflib import get_close_matches

    *parents, wrong = path.split(".")
    for word in parents:
        node = schema.fields.get(word.partition("[")[0]) if schema.type == "object" else schema.items
        for _ in range(word.count("[")):
            node = node.items if node is not None else None
        if node is None:
            return None
        schema = node
    if wrong.startswith("-") and any(wrong[1:] in f.items.fields for f in schema.fields.values() if f.items is not None):
        return f"- {wrong[1:]}"  # a list's item whose dash lacks its space
    by_lower = {name.lower(): name for name in schema.fields}
    close = get_close_matches(wrong.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


class OddValue(Exception):
    """Something the fast pass does not decide."""


_compiled: dict[str, Convert] = {}


def compile_schema(schema: Schema) -> Convert:
    """Return the function that cleans a value of `schema`, raising OddValue or ValueError. One for each definition's name."""
    if schema.name in _compiled:
        return _compiled[schema.name]
    convert = _COMPILERS[schema.decoded_type](schema)
    if schema.name:
        _compiled[schema.name] = convert
    return convert


class _FieldConverters(dict[str, Convert]):
    """Converters of an object's fields, compiled when first met, for schemas are recursive."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def __missing__(self, key: str) -> Convert:
        field = self._schema.fields.get(key)
        if field is None:
            raise OddValue
        convert = self[key] = compile_schema(field)
        return convert

    @cached_property
    def omitted(self) -> frozenset[str]:
        """Fields that are dropped when empty; asked for when the first empty one is met."""
        from minikube_py.apimachinery.omitempty import list_omitted

        return list_omitted(self._schema)


def _compile_object(schema: Schema) -> Convert:
    converters = _FieldConverters(schema)

    def convert(value: Any) -> Any:
        if type(value) is not dict:
            raise OddValue
        out = {}
        for key, item in value.items():
            convert_field = converters[key]
            if item is not None:
                clean = convert_field(item)
                if clean or key not in converters.omitted:
                    out[key] = clean
        return out

    return convert


def _compile_array(schema: Schema) -> Convert:
    convert_item = compile_schema(schema.items) if schema.items else _keep

    def convert(value: Any) -> Any:
        if type(value) is not list:
            raise OddValue
        return [convert_item(item) for item in value]

    return convert


def _compile_map(schema: Schema) -> Convert:
    convert_item = compile_schema(schema.items) if schema.items else _keep

    def convert(value: Any) -> Any:
        if type(value) is not dict:
            raise OddValue
        return {key: convert_item(item) for key, item in value.items()}

    return convert


def _compile_integer(schema: Schema) -> Convert:
    limit = _INT_LIMITS.get(schema.format, 2**63)

    def convert(value: Any) -> Any:
        if type(value) is int and -limit <= value < limit:
            return value
        raise OddValue

    return convert


def _compile_string(schema: Schema) -> Convert:
    return _convert_bytes if schema.format == "byte" else _convert_string


def _compile_time(schema: Schema) -> Convert:
    micro = schema.name.endswith(".MicroTime")

    def convert(value: Any) -> Any:
        return canonicalize_time(_convert_string(value), micro)

    return convert


def _keep(value: Any) -> Any:
    return value


def _convert_string(value: Any) -> Any:
    if type(value) is str:
        return value
    raise OddValue


def _convert_bytes(value: Any) -> Any:
    return canonicalize_base64(_convert_string(value))


def _convert_boolean(value: Any) -> Any:
    if value is True or value is False:
        return value
    raise OddValue


def _convert_number(value: Any) -> Any:
    if type(value) is float or type(value) is int:
        return value
    raise OddValue


def _convert_int_or_string(value: Any) -> Any:
    if type(value) is str or (type(value) is int and -(2**31) <= value < 2**31):
        return value
    raise OddValue


_COMPILERS: dict[str, Callable[[Schema], Convert]] = {
    "object": _compile_object,
    "array": _compile_array,
    "map": _compile_map,
    "integer": _compile_integer,
    "string": _compile_string,
    "time": _compile_time,
    "any": lambda _: _keep,
    "boolean": lambda _: _convert_boolean,
    "number": lambda _: _convert_number,
    "quantity": lambda _: canonicalize_quantity,
    "int-or-string": lambda _: _convert_int_or_string,
}
