"""The formats of strings that CustomResourceDefinitions may ask for. Upstream: apiextensions' supportedVersionedFormats."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from contextlib import suppress

_UUID = r"(?i)^[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{}[0-9a-f]{{3}}-?{}[0-9a-f]{{3}}-?[0-9a-f]{{12}}$"
_PATTERNS = {
    "bsonobjectid": "^[0-9a-fA-F]{24}$",
    "hostname": r"^(?=.{1,255}\Z)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\.?\Z",
    "mac": r"^([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}(([:-][0-9a-fA-F]{2}){2})?|[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2})\Z",
    "uuid": _UUID.format("[0-9a-f]", "[0-9a-f]"),
    "uuid3": _UUID.format("3", "[0-9a-f]"),
    "uuid4": _UUID.format("4", "[89ab]"),
    "uuid5": _UUID.format("5", "[89ab]"),
    "ssn": r"^\d{3}[- ]?\d{2}[- ]?\d{4}$",
    "hexcolor": "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    "rgbcolor": r"^rgb\(\s*(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s*(,\s*(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s*){2}\)$",
    "uri": r"^([a-zA-Z][a-zA-Z0-9+.-]*:[^\s\x00-\x1f]+|/[^\s\x00-\x1f]*)\Z",
    "email": r"^[^@\s]+@[^@\s]+\Z",
    "byte": r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z",
    "creditcard": (
        r"^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$"
    ),
}


def _is_ip(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        with suppress(ValueError):
            return ipaddress.ip_address(text).version == version
        return False

    return check


def _is_cidr(text: str) -> bool:
    with suppress(ValueError):
        return "/" in text and bool(ipaddress.ip_network(text, strict=False))
    return False


def _is_date(text: str) -> bool:
    from datetime import date

    with suppress(ValueError):
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(date.fromisoformat(text))
    return False


def _is_datetime(text: str) -> bool:
    from datetime import datetime

    with suppress(ValueError):
        shape = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
        return bool(re.fullmatch(shape, text)) and bool(datetime.fromisoformat(text.upper()))
    return False


def _is_duration(text: str) -> bool:
    units = r"(ns|us|µs|μs|ms|s|m|h|nanos?|micros?|millis?|secs?|mins?|hours?|days?|d|w|weeks?|minutes?|seconds?)"
    return text == "0" or bool(re.fullmatch(rf"[-+]?((\d+(\.\d*)?|\.\d+)\s*{units}\s*)+", text))


def _is_isbn(*lengths: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        digits = re.sub(r"[\s-]", "", text)
        if len(digits) not in lengths or not re.fullmatch(r"\d+[\dXx]", digits):
            return False
        if len(digits) == 10:
            return sum((10 - i) * (10 if c in "Xx" else int(c)) for i, c in enumerate(digits)) % 11 == 0
        return digits.isdigit() and sum((3 if i % 2 else 1) * int(c) for i, c in enumerate(digits)) % 10 == 0

    return check


_CHECKS: dict[str, Callable[[str], bool]] = {
    "ipv4": _is_ip(4),
    "ipv6": _is_ip(6),
    "cidr": _is_cidr,
    "date": _is_date,
    "datetime": _is_datetime,
    "duration": _is_duration,
    "isbn": _is_isbn(10, 13),
    "isbn10": _is_isbn(10),
    "isbn13": _is_isbn(13),
}


def check_format(name: str, text: str) -> bool:
    """Return whether a string has the format; formats that nobody knows are not checked."""
    plain = name.replace("-", "")
    if plain in _CHECKS:
        return _CHECKS[plain](text)
    return plain not in _PATTERNS or bool(re.search(_PATTERNS[plain], text))
