"""Values as Go writes them: `%#v`, `%q`, and JSON with its HTML escapes. `%v` and numbers are apimachinery.gosyntax'."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any

from minikube_py.apimachinery.go_quote import quote as quote
from minikube_py.apimachinery.gosyntax import format_go_value, format_json_number


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
    return format_go_value(value)


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
