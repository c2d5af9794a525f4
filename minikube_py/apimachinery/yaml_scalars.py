"""What a plain YAML scalar stands for when kubectl reads it: YAML 1.1 as go-yaml v2 has it, then through JSON.

`yes`, `no`, `on`, `off`, `y` and `n` are booleans, 017 and 0o17 are octal, 1_000 is a number, 1:30 and dates are strings.
On its way through JSON a whole float turns to an integer, and an integer beyond 64 bits to a float.
"""

from __future__ import annotations

import math
import re
from typing import Any

from minikube_py.apimachinery.gosyntax import format_json_number

_PREFIX = "tag:yaml.org,2002:"
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "<<": "<<"}
for _word in ("y", "yes", "true", "on"):
    _WORDS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), True)
for _word in ("n", "no", "false", "off"):
    _WORDS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), False)
for _word, _number in ((".inf", math.inf), (".Inf", math.inf), (".INF", math.inf)):
    _WORDS |= {_word: _number, f"+{_word}": _number, f"-{_word}": -_number}
_WORDS |= {".nan": math.nan, ".NaN": math.nan, ".NAN": math.nan}
_NUMERIC_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?)?"
)


class TagError(ValueError):
    """A scalar that is not what its tag says; the text is go-yaml's."""


def resolve_plain(text: str) -> Any:
    """Return the value of a plain scalar without a tag: None, a bool, a number (not normalized) or the text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    number = _parse_number(text)
    return text if number is None else number


def resolve_tagged(tag: str, text: str) -> Any:
    """Return the value of a scalar whose tag, in its long form, is `tag`; unknown tags give the text. Raises TagError."""
    name = tag.removeprefix(_PREFIX)
    if name == "binary":
        return _decode_binary(text)
    if name not in ("bool", "int", "float", "null", "timestamp") or name == tag:
        return text
    value = resolve_plain(text)
    found = _name_type(value)
    if found == name or (name == "float" and found == "int"):
        return value
    raise TagError(f"cannot decode !!{found} `{text}` as a !!{name}")


def normalize_number(number: int | float) -> int | float:
    """Return a number as it comes out of JSON into an unstructured object: an int where int64 holds it, else a float."""
    if isinstance(number, int):
        return number if -(2**63) <= number < 2**63 else float(number)
    return int(format_json_number(number)) if number.is_integer() and -(2**63) <= number < 2**63 else number


def format_key(key: Any) -> str | None:
    """Return a mapping's key as the string JSON needs, or None where there is none (null)."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int):
        return str(key)
    if isinstance(key, float):
        return _format_float32(key)
    return None


def _parse_number(text: str) -> int | float | None:
    """Return the number `text` is, before JSON changes its type, or None."""
    if text[0] == ".":
        return _parse_float(text)
    plain = text.replace("_", "")
    match = _INTEGER.fullmatch(plain)
    if match is None:
        return _parse_float(plain)
    sign, hexadecimal, binary, octal, decimal = match.groups()
    digits, base = next(pair for pair in ((hexadecimal, 16), (binary, 2), (octal, 8), (decimal, 10)) if pair[0])
    return int(digits, base) * (-1 if sign == "-" else 1)


def _parse_float(text: str) -> float | None:
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text)
    return None if math.isinf(number) else number  # out of range stays text


def _name_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "timestamp" if _DATE.fullmatch(value) else "str"
    return "int" if isinstance(value, int) else "float"


def _decode_binary(text: str) -> str:
    import base64
    import binascii

    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise TagError("!!binary value contains invalid base64 data") from None


def _format_float32(value: float) -> str:
    """Return the shortest decimal that is the same in 32 bits, as go-yaml writes a float key."""
    import struct
    from decimal import Decimal

    if math.isnan(value) or math.isinf(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    try:
        wanted = struct.pack("f", value)
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    short = next(text for text in (f"{value:.{digits}e}" for digits in range(18)) if struct.pack("f", float(text)) == wanted)
    return short if not -4 <= int(short.partition("e")[2]) < 6 else format(Decimal(short), "f")
