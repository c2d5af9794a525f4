"""Values as Go's `%#v` and `%v` show them, which is how some of Kubernetes' error messages show a bad value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minikube_py.apimachinery.errors import FieldError, format_value


class GoFieldError(FieldError):
    """An invalid value whose text is shown as it is, not quoted."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        return f"Invalid value: {self.value}: {self.detail}"


TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'  # what a decoder reads first
UNREADABLE = "couldn't get version/kind; json parse error: "


def invalid_go(field: str, text: str, detail: str) -> FieldError:
    """Return an invalid-value error that shows `text` verbatim: a Go literal made by this module, a time, a struct."""
    return GoFieldError("FieldValueInvalid", field, text, detail)


def format_go_map(values: Mapping[str, str] | None) -> str:
    """Return `map[string]string{"app":"web"}`, keys sorted; `map[string]string(nil)` for None."""
    if values is None:
        return "map[string]string(nil)"
    return "map[string]string{" + ", ".join(f"{format_value(k)}:{format_value(values[k])}" for k in sorted(values)) + "}"


def format_go_strings(values: Iterable[str] | None) -> str:
    """Return `[]string{"a", "b"}`; `[]string(nil)` for None."""
    if values is None:
        return "[]string(nil)"
    return "[]string{" + ", ".join(format_value(v) for v in values) + "}"


def format_go_value(value: Any) -> str:
    """Return a JSON value as Go's fmt.Sprint shows it: `map[a:1 b:[x y]]`, `<nil>`, `1e+06`."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return str(value)
    if isinstance(value, int | float):
        return format_float(float(value))
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{format_go_value(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(format_go_value, value)) + "]"
    return str(value)


def format_go_literal(value: Any) -> str:
    """Return a JSON value as Go's `%#v` prints it; scalars as field errors show them."""
    if isinstance(value, dict):
        inner = ", ".join(f"{format_value(key)}:{_format_inner_literal(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_format_inner_literal, value))}}}"
    return format_go_value(value) if isinstance(value, float) else format_value(value)


def _format_inner_literal(value: Any) -> str:
    return "interface {}(nil)" if value is None else format_go_literal(value)


def float_digits(value: float) -> tuple[str, str, int]:
    """Return the sign, the shortest digits that give this float again, and where its point is: 0.00125 is ("", "125", -2)."""
    text = repr(value)
    sign, text = ("-", text[1:]) if text[0] == "-" else ("", text)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    stripped = stripped.rstrip("0")
    return (sign, stripped, point) if stripped else (sign, "0", 1)


def format_float(value: float) -> str:
    """Return Go's shortest `%g` (also its `%v`): an exponent of two digits below 1e-4 and from 1e6 on."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    sign, digits, point = float_digits(value)
    if -4 <= point - 1 < 6:
        return sign + _place_point(digits, point)
    return sign + _with_exponent(digits, point, 2)


def _place_point(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return digits[:point] + "." + digits[point:]


def _with_exponent(digits: str, point: int, least: int) -> str:
    exponent = point - 1
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):0{least}d}"


def format_json_number(value: float) -> str:
    """Return a float as Go's encoding/json does: 1.0 is `1`, an exponent only below 1e-6 and from 1e21 on."""
    sign, digits, point = float_digits(value)
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return sign + _place_point(digits, point)
    return sign + _with_exponent(digits, point, 1 if value and abs(value) < 1 else 2)


def json_kind(value: Any) -> str:
    """Return what Go's decoder calls a JSON value: object, array, string, number, bool or null."""
    if isinstance(value, bool):
        return "bool"
    kinds = {dict: "object", list: "array", str: "string", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def explain_type_meta(value: Any) -> str:
    """Return why a decoder cannot say of what kind a JSON value is, "" where it can."""
    if not isinstance(value, dict):
        return f"{UNREADABLE}json: cannot unmarshal {json_kind(value)} into Go value of type {TYPE_META}"
    for field in ("apiVersion", "kind"):
        if not isinstance(given := value.get(field), str | None):
            return f"{UNREADABLE}json: cannot unmarshal {json_kind(given)} into Go struct field .{field} of type string"
    version = value.get("apiVersion") or ""
    return f"unexpected GroupVersion string: {version}" if version.count("/") > 1 else ""
