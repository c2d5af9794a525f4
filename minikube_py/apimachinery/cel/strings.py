"""CEL's functions of texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from minikube_py.apimachinery.cel.nodes import CelError
from minikube_py.apimachinery.cel.values import NO_OVERLOAD
from minikube_py.apimachinery.gosyntax import format_go_value


def to_text(value: Any) -> str:
    """Return the text of a scalar, a duration or a time. Raises CelError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds) if seconds == int(seconds) else seconds}s"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list | dict) or value is None:
        raise CelError(NO_OVERLOAD)
    return format_go_value(value) if isinstance(value, bool | int | float) else str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CelError(NO_OVERLOAD)
    return value


def _char_at(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise CelError(f"index out of range: {index}")
    return text[index : index + 1]


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    if not 0 <= stop <= len(text):
        raise CelError(f"index out of range: {stop}")
    if start > stop:
        raise CelError(f"invalid substring range. start: {start}, end: {stop}")
    return text[start:stop]


def _replace(text: str, old: str, new: str, limit: int = -1) -> str:
    return _text(text).replace(old, new, limit)


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    return list(_text(text)) if not separator else text.split(separator, limit - 1 if limit > 0 else -1)


def _join(values: list[Any], separator: str = "") -> str:
    return separator.join(_text(value) for value in values)


def _format(text: str, args: list[Any]) -> str:
    """Fill in %s, %d, %f, %e, %b, %x, %X, %o and %%."""
    import re

    rest = iter(args)

    def fill(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        try:
            value = next(rest)
        except StopIteration:
            raise CelError("index out of range") from None
        digits, clause = match[1], match[2]
        if clause == "s":
            return _show(value)
        if clause in "xX" and isinstance(value, str):
            return value.encode().hex() if clause == "x" else value.encode().hex().upper()
        if clause in "fe":
            return f"{value:.{digits[1:] if digits else 6}{clause}}"
        return format(value, {"d": "d", "b": "b", "x": "x", "X": "X", "o": "o"}[clause])

    return re.sub(r"%(\.\d+)?([sdfebxXo%])", fill, text)


def _show(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_show, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_show(key)}: {_show(value[key])}" for key in sorted(value)) + "}"
    return "null" if value is None else to_text(value)


STRING_METHODS: dict[str, Callable[..., Any]] = {
    "startsWith": lambda text, part: _text(text).startswith(_text(part)),
    "endsWith": lambda text, part: _text(text).endswith(_text(part)),
    "contains": lambda text, part: _text(part) in _text(text),
    "charAt": _char_at,
    "substring": _substring,
    "replace": _replace,
    "split": _split,
    "join": _join,
    "format": _format,
    "trim": lambda text: _text(text).strip(),
    "lowerAscii": lambda text: "".join(c.lower() if c.isascii() else c for c in _text(text)),
    "upperAscii": lambda text: "".join(c.upper() if c.isascii() else c for c in _text(text)),
}
