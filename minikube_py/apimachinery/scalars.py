"""Scalars with a form of their own: times, quantities and bytes, read as Go reads them and written as Kubernetes writes them."""

from __future__ import annotations

import binascii
from typing import Any

RFC3339 = "2006-01-02T15:04:05Z07:00"
RFC3339_MICRO = "2006-01-02T15:04:05.000000Z07:00"
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# What stands in a time: the layout's word for it, its digits, its name in errors, its least and its greatest value.
_PARTS = (
    ("2006", 4, "year", 0, 9999),
    ("-", 0, "", 0, 0),
    ("01", 2, "month", 1, 12),
    ("-", 0, "", 0, 0),
    ("02", 2, "day", 0, 31),
    ("T", 0, "", 0, 0),
    ("15", 2, "hour", 0, 23),
    (":", 0, "", 0, 0),
    ("04", 2, "minute", 0, 59),
    (":", 0, "", 0, 0),
    ("05", 2, "second", 0, 59),
)


def canonicalize_time(text: str, micro: bool = False) -> str:
    """Return an RFC 3339 time in UTC, to the second, or with `micro` to the microsecond (metav1.Time and metav1.MicroTime).

    Raises ValueError with the words of Go's time.Parse: `parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse ...`.
    """
    layout = RFC3339_MICRO if micro else RFC3339
    if not micro and len(text) == 20 and _is_plain_utc(text):
        return text
    values, rest = _parse_parts(text, layout)
    fraction, rest = _parse_fraction(text, rest, layout, micro)
    offset = _parse_zone(text, rest, layout)
    year, month, day, hour, minute, second = values
    if not 1 <= day <= _days_in(year, month):
        raise ValueError(f'parsing time "{text}": day out of range')
    return _format_utc((year, month, day, hour, minute, second), offset, f".{fraction:0<6.6}" if micro else "")


def canonicalize_base64(text: str) -> str:
    """Return base64 as it is written back after decoding: without line ends.

    Raises ValueError `illegal base64 data at input byte N`, counted as Go counts.
    """
    try:
        compact = text.translate({10: None, 13: None}) if "\n" in text or "\r" in text else text
        data = binascii.a2b_base64(compact, strict_mode=True)
        return binascii.b2a_base64(data, newline=False).decode()
    except (binascii.Error, ValueError):
        raise ValueError(f"illegal base64 data at input byte {_find_bad_base64(text)}") from None


def _find_bad_base64(text: str) -> int:
    kept = [(index, char) for index, char in enumerate(text) if char not in "\r\n"]
    for count, (index, char) in enumerate(kept):
        if char in _BASE64:
            continue
        in_group = count % 4
        if char != "=" or in_group < 2:
            return _byte_offset(text, index)
        if in_group == 2 and count + 1 == len(kept):
            return len(text.encode())
        if in_group == 2 and kept[count + 1][1] != "=":
            return _byte_offset(text, kept[count + 1][0] - 1)
        return _byte_offset(text, kept[count + (2 if in_group == 2 else 1)][0])
    return len(text.encode()) - len(kept) % 4


def _byte_offset(text: str, index: int) -> int:
    return len(text[:index].encode())


def _is_plain_utc(text: str) -> bool:
    digits = text[0:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19]
    if not (
        digits.isascii() and digits.isdigit() and text[4] + text[7] + text[10] + text[13] + text[16] + text[19] == "--T::Z"
    ):
        return False
    in_clock = text[11:13] < "24" and text[14] < "6" and text[17] < "6"
    return in_clock and "01" <= text[5:7] <= "12" and "01" <= text[8:10] <= "28"


def _parse_parts(text: str, layout: str) -> tuple[list[int], str]:
    values, rest = [], text
    for word, width, name, least, most in _PARTS:
        if not width:
            if not rest.startswith(word):
                raise _cannot_parse(text, layout, rest, word)
            rest = rest[len(word) :]
            continue
        digits = rest[:width]
        if name == "hour" and len(rest) > 1 and rest[0].isdigit() and not rest[1].isdigit():
            digits = rest[:1]  # time.Parse takes an hour of one digit
        elif len(digits) < width:
            raise _cannot_parse(text, layout, rest, word)
        if not (digits.isascii() and digits.isdigit()):
            raise _cannot_parse(text, layout, rest, word)
        if not least <= int(digits) <= most:
            raise ValueError(f'parsing time "{text}": {name} out of range')
        values.append(int(digits))
        rest = rest[len(digits) :]
    return values, rest


def _parse_fraction(text: str, rest: str, layout: str, micro: bool) -> tuple[str, str]:
    length = 1
    while rest[:1] in (".", ",") and length < len(rest) and rest[length].isascii() and rest[length].isdigit():
        length += 1
    if micro and (length < 7 or rest[0] != "."):
        raise _cannot_parse(text, layout, rest, ".000000")
    if length == 1:
        return "", rest
    taken = 7 if micro else length
    return rest[1:taken], rest[taken:]


def _parse_zone(text: str, rest: str, layout: str) -> int:
    """Return the offset from UTC in seconds."""
    if rest.startswith("Z"):
        offset, rest = 0, rest[1:]
    else:
        digits = rest[1:3] + rest[4:6]
        if rest[:1] not in ("+", "-") or rest[3:4] != ":" or len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
            raise _cannot_parse(text, layout, rest, "Z07:00")
        if int(digits[:2]) > 24 or int(digits[2:]) > 60:
            unit = "hour" if int(digits[:2]) > 24 else "minute"
            raise ValueError(f'parsing time "{text}": time zone offset {unit} out of range')
        offset = (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if rest[0] == "-" else 1)
        rest = rest[6:]
    if rest:
        raise ValueError(f'parsing time "{text}": extra text: "{rest}"')
    return offset


def _cannot_parse(text: str, layout: str, rest: str, word: str) -> ValueError:
    return ValueError(f'parsing time "{text}" as "{layout}": cannot parse "{rest}" as "{word}"')


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _DAYS[month - 1]


def _format_utc(values: tuple[int, int, int, int, int, int], offset: int, fraction: str) -> str:
    year, month, day, hour, minute, second = values
    seconds = hour * 3600 + minute * 60 + second - offset
    days, seconds = divmod(seconds, 86400)
    day += days
    while day < 1:
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        day += _days_in(year, month)
    while day > _days_in(year, month):
        day -= _days_in(year, month)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{year:04}-{month:02}-{day:02}T{clock}{fraction}Z"


class Amount(str):
    """A quantity in canonical form that was written otherwise: an error about it may have to show how."""

    written: str


def forget_writing(value: Any) -> Any:
    """Make every Amount in an object a plain text, in place, and return it: what is stored and answered has one form only."""
    if value.__class__ is dict:
        for key, item in value.items():
            if item.__class__ is not str:
                value[key] = forget_writing(item)
    elif value.__class__ is list:
        value[:] = [item if item.__class__ is str else forget_writing(item) for item in value]
    elif value.__class__ is Amount:
        return str(value)
    return value


def canonicalize_quantity(value: Any) -> str:
    """Return a quantity in canonical form; raises ValueError. null is 0; what is no number or text is refused."""
    from minikube_py.apimachinery import quantity

    if value is None:
        return "0"
    if not (type(value) is str or type(value) is int or type(value) is float):
        import json

        value = json.dumps(value)
    canonical = quantity.canonical(value)
    if canonical == value:
        return canonical
    amount = Amount(canonical)
    amount.written = str(value).strip()
    return amount
