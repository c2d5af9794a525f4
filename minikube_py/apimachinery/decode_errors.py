"""The careful half of strict decoding: walks an object that has something wrong and words it as Go's decoder does.

Go remembers the first value of a wrong type and goes on, but stops at once where a type reads its own JSON (quantities,
times, int-or-string): that error wins. Bad base64 is remembered like a wrong type. Keys are taken sorted, the order of
what kubectl sends.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import Object
from minikube_py.apimachinery.go_types import name_element_type, name_field_type, name_type
from minikube_py.apimachinery.gosyntax import format_json_number, json_kind
from minikube_py.apimachinery.omitempty import list_omitted
from minikube_py.apimachinery.scalars import canonicalize_base64, canonicalize_quantity, canonicalize_time
from minikube_py.apimachinery.schema import Schema

_MAX_STRICT_ERRORS = 100
_EMPTY: dict[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0, "quantity": "0", "int-or-string": 0}


class StrictDecoder:
    """One decoding. `decode` raises ValueError with the text that follows `cannot be handled as a X: `."""

    def __init__(self) -> None:
        self._unknown: list[str] = []
        self._path: list[str] = []  # with indexes and map keys: for strict errors
        self._fields: list[str] = []  # names of struct fields only: for type errors
        self._struct = ""
        self._saved = ""

    def decode(self, obj: Any, schema: Schema) -> tuple[Object, list[str]]:
        """Return the clean object and the strict errors."""
        clean = self._convert(obj, schema, name_type(schema))
        if self._saved:
            raise ValueError(self._saved)
        return clean, self._unknown

    def _convert(self, value: Any, schema: Schema, go_type: str) -> Any:
        kind = schema.decoded_type
        if kind == "any":
            return value
        if value is None:
            return _empty_value(kind)
        if kind == "object":
            return self._convert_object(value, schema, go_type)
        if kind in ("array", "map"):
            return self._convert_elements(value, schema, go_type)
        if kind == "quantity":
            return canonicalize_quantity(value)
        if kind == "time":
            return canonicalize_time(self._own_string(value), schema.name.endswith(".MicroTime"))
        if kind == "int-or-string":
            return self._convert_int_or_string(value)
        return self._convert_scalar(value, schema, go_type)

    def _convert_object(self, value: Any, schema: Schema, go_type: str) -> Any:
        if not isinstance(value, dict):
            return self._save_type_error(value, go_type)
        outer_struct = self._struct
        out = {}
        omitted = list_omitted(schema)
        for key in sorted(value):
            field = schema.fields.get(key)
            if field is None:
                self._note_unknown(key)
                continue
            self._struct = schema.go_name
            self._fields.append(key)
            self._path.append(f".{key}" if self._path else key)
            clean = self._convert(value[key], field, name_field_type(schema.name, key, field))
            self._path.pop()
            self._fields.pop()
            self._struct = outer_struct
            if value[key] is not None and (clean or key not in omitted):
                out[key] = clean
        return out

    def _convert_elements(self, value: Any, schema: Schema, go_type: str) -> Any:
        if not isinstance(value, list if schema.type == "array" else dict):
            return self._save_type_error(value, go_type)
        element = schema.items
        if element is None:
            return value
        element_type = name_element_type(go_type, element)
        keys = range(len(value)) if schema.type == "array" else sorted(value)
        clean = {}
        for key in keys:
            self._path.append(f"[{key}]" if schema.type == "array" else f".{key}")
            clean[key] = self._convert(value[key], element, element_type)
            self._path.pop()
        return list(clean.values()) if schema.type == "array" else clean

    def _convert_scalar(self, value: Any, schema: Schema, go_type: str) -> Any:
        kind = schema.type
        if kind == "string" and isinstance(value, str):
            return self._convert_bytes(value) if schema.format == "byte" else value
        if kind == "boolean" and isinstance(value, bool):
            return value
        if kind in ("integer", "number") and isinstance(value, int | float) and not isinstance(value, bool):
            return value if kind == "number" else self._convert_integer(value, go_type)
        return self._save_type_error(value, go_type)

    def _convert_integer(self, value: int | float, go_type: str) -> Any:
        whole = _whole_number(value, 32 if go_type == "int32" else 64)
        if whole is None:
            return self._save_type_error(value, go_type, f"number {_number_literal(value)}")
        return whole

    def _convert_bytes(self, value: str) -> Any:
        try:
            return canonicalize_base64(value)
        except ValueError as error:
            self._saved = self._saved or str(error)
            return ""

    def _convert_int_or_string(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            whole = _whole_number(value, 32)
            if whole is None:
                raise ValueError(self._word_type_error(f"number {_number_literal(value)}", "int32"))
            return whole
        raise ValueError(self._word_type_error(json_kind(value), "int32"))

    def _own_string(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        raise ValueError(self._word_type_error(json_kind(value), "string"))

    def _save_type_error(self, value: Any, go_type: str, what: str = "") -> Any:
        self._saved = self._saved or self._word_type_error(what or json_kind(value), go_type)
        return value

    def _word_type_error(self, what: str, go_type: str) -> str:
        if not self._fields:
            return f"json: cannot unmarshal {what} into Go value of type {go_type}"
        field = ".".join(self._fields)
        return f"json: cannot unmarshal {what} into Go struct field {self._struct}.{field} of type {go_type}"

    def _note_unknown(self, key: str) -> None:
        path = "".join(self._path) + (f".{key}" if self._path else key)
        if len(self._unknown) < _MAX_STRICT_ERRORS:
            self._unknown.append(f'unknown field "{path}"')


def _empty_value(kind: str) -> Any:
    if kind in ("object", "map"):
        return {}
    return [] if kind == "array" else _EMPTY.get(kind)


def _whole_number(value: int | float, bits: int) -> int | None:
    """Return the integer that fits, or None. kubectl writes 3.0 as 3, so that is one."""
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None


def _number_literal(value: int | float) -> str:
    return str(value) if isinstance(value, int) else format_json_number(value)
