"""Values as Go writes them: `%v`, `%#v`, `%q`, and JSON with its HTML escapes."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any


def format_value(value: Any) -> str:
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
        return "map[" + " ".join(f"{key}:{format_value(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(format_value, value)) + "]"
    return str(value)


def format_syntax(value: Any) -> str:
    """Return a JSON value in Go's own syntax (`%#v`): `map[string]interface {}{"a":1, "b":[]interface {}{"x"}}`."""
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, dict):
        return "map[string]interface {}{" + ", ".join(f"{quote(k)}:{format_syntax(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(format_syntax, value)) + "}"
    return format_value(value)


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


def encode_json_string(text: str) -> str:
    """Return a JSON string as Go's encoder writes it: `<`, `>`, `&` and the two line separators escaped."""
    encoded = encode_basestring(text)
    if "<" in encoded or ">" in encoded or "&" in encoded:
        encoded = encoded.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    if "\u2028" in encoded or "\u2029" in encoded:
        encoded = encoded.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return encoded


def encode_json(value: Any, indent: str = "") -> str:
    """Return a value as Go's json.Marshal does, keys sorted; with `indent` as MarshalIndent, without a newline at the end."""
    parts: list[str] = []
    _encode(value, "\n" if indent else "", indent, parts.append)
    return "".join(parts)


def _encode(value: Any, newline: str, indent: str, add: Any) -> None:
    kind = value.__class__
    if kind is str:
        add(encode_json_string(value))
    elif kind is dict:
        _encode_object(value, newline, indent, add)
    elif kind is list:
        _encode_array(value, newline, indent, add)
    else:
        add(_encode_scalar(value))


def _encode_scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return str(value)
    return format_json_number(float(value))


def _encode_object(value: dict[str, Any], newline: str, indent: str, add: Any) -> None:
    if not value:
        add("{}")
        return
    inner = newline + indent
    separator = "{" + inner
    colon = ": " if indent else ":"
    for key in sorted(value):
        add(separator + encode_json_string(key) + colon)
        _encode(value[key], inner, indent, add)
        separator = "," + inner
    add(newline + "}")


def _encode_array(value: list[Any], newline: str, indent: str, add: Any) -> None:
    if not value:
        add("[]")
        return
    inner = newline + indent
    separator = "[" + inner
    for item in value:
        add(separator)
        _encode(item, inner, indent, add)
        separator = "," + inner
    add(newline + "]")


_QUOTES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", '"': '\\"', "\\": "\\\\"}


def quote(text: str) -> str:
    """Return a string as Go's `%q` quotes it."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([_QUOTES.get(char) or _quote_char(char) for char in text]) + '"'


def _quote_char(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
