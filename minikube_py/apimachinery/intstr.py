"""Kubernetes' IntOrString: a JSON number, or a string such as "50%"."""

from __future__ import annotations

from minikube_py.apimachinery.errors import format_value

_MAX_INT = 2**63 - 1


def scaled_value(value: int | str | None, total: int, round_up: bool) -> int:
    """Return a number as it is and a percentage as that share of `total`, rounded up or down.

    Raises ValueError in the words of apimachinery's intstr for None, for strings without "%" and for bad numbers.
    """
    if value is None:
        raise ValueError("nil value for IntOrString")
    if isinstance(value, int):
        return value
    percent = _parse_percent(value)
    return -(-percent * total // 100) if round_up else percent * total // 100


def int_value(value: int | str | None) -> int:
    """Return the number, of a string the number it spells, else 0."""
    if isinstance(value, int):
        return value
    try:
        return parse_int(value or "")
    except ValueError:
        return 0


def _parse_percent(text: str) -> int:
    if not text.endswith("%"):
        raise ValueError("invalid value for IntOrString: invalid type: string is not a percentage")
    try:
        return parse_int(text[:-1])
    except ValueError as error:
        raise ValueError(f"invalid value for IntOrString: invalid value {format_value(text)}: {error}") from None


def parse_int(text: str) -> int:
    """Parse as Go's strconv.Atoi does, with its error texts."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"strconv.Atoi: parsing {format_value(text)}: invalid syntax")
    if len(digits.lstrip("0")) > 19 or not -_MAX_INT - 1 <= int(text) <= _MAX_INT:
        raise ValueError(f"strconv.Atoi: parsing {format_value(text)}: value out of range")
    return int(text)
