"""Kubernetes' resource.Quantity: exact amounts with SI, binary or exponent suffixes, and their canonical text.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

from functools import lru_cache

FORMAT_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
NUMERIC_ERROR = "unable to parse numeric part of quantity"
SUFFIX_ERROR = "unable to parse quantity's suffix"

DECIMAL_SI = "DecimalSI"
BINARY_SI = "BinarySI"
DECIMAL_EXPONENT = "DecimalExponent"

_NANO = 10**9
_MAX_BINARY = (2**63 - 1) * _NANO
_MAX_DIGITS = 4000  # Python itself refuses to print integers of more than 4300 digits
_DIGITS = "0123456789"
_SUFFIX_LETTERS = "eEinumkKMGTP"
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_BINARY_SUFFIX = {0: "", **{exponent: suffix for suffix, exponent in _BINARY.items()}}


class Quantity:
    """An amount, exact to a billionth. Immutable; compares, hashes, adds and subtracts by amount alone.

    `nanos` is the amount in billionths. `format` says how the text is written: DecimalSI (5M), BinarySI (5Mi) or
    DecimalExponent (5e6). A sum keeps the left operand's format, unless that is zero.
    """

    __slots__ = ("_text", "format", "nanos")

    def __init__(self, nanos: int, format: str = DECIMAL_SI, text: str | None = None) -> None:
        self.nanos = nanos
        self.format = format
        self._text = text

    def __str__(self) -> str:
        """Return the canonical text: `1Gi`, `500m`, `1e3`."""
        if self._text is None:
            self._text = _format(self.nanos, self.format)
        return self._text

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __lt__(self, other: Quantity) -> bool:
        return self.nanos < other.nanos

    def __le__(self, other: Quantity) -> bool:
        return self.nanos <= other.nanos

    def __gt__(self, other: Quantity) -> bool:
        return self.nanos > other.nanos

    def __ge__(self, other: Quantity) -> bool:
        return self.nanos >= other.nanos

    def __bool__(self) -> bool:
        return self.nanos != 0

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos + other.nanos, self.format if self.nanos else other.format)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos - other.nanos, self.format if self.nanos else other.format)

    def __neg__(self) -> Quantity:
        return Quantity(-self.nanos, self.format)

    def value(self) -> int:
        """Return the amount as a whole number, rounded away from zero: 1 for 100m."""
        return _divide_away_from_zero(self.nanos, _NANO)

    def milli_value(self) -> int:
        """Return the amount in thousandths, rounded away from zero: 500 for 0.5."""
        return _divide_away_from_zero(self.nanos, 1_000_000)


ZERO = Quantity(0, DECIMAL_SI, "0")


def new_quantity(value: int, format: str = DECIMAL_SI) -> Quantity:
    """Return the quantity of a whole number."""
    return Quantity(value * _NANO, format)


def new_milli_quantity(value: int, format: str = DECIMAL_SI) -> Quantity:
    """Return the quantity of a number of thousandths."""
    return Quantity(value * 1_000_000, format)


def parse_quantity(text: str | int | float) -> Quantity:
    """Return the quantity a text or a JSON number stands for; blanks around the text are not allowed.

    Amounts under a billionth are rounded away from zero; binary ones are capped at 2^63-1. Raises ValueError with
    Kubernetes' words. Unlike Kubernetes, amounts of more than 4000 digits are refused.
    """
    if isinstance(text, str):
        return _parse(text)
    if isinstance(text, bool) or not isinstance(text, int | float):
        raise ValueError(FORMAT_ERROR)
    return _parse(str(text))


def canonical(text: str | int | float) -> str:
    """Return the form in which the API server writes a quantity back: `1Gi` for 1024Mi, `500m` for 0.5. Raises ValueError.

    Blanks around the text are dropped, as decoding JSON does. A text that is already in a regular form stays as it is.
    """
    return str(parse_quantity(text.strip() if isinstance(text, str) else text))


@lru_cache(maxsize=4096)
def _parse(text: str) -> Quantity:
    if text.isascii() and text.isdigit() and len(text) <= 18 and text[0] != "0":
        return Quantity(int(text) * _NANO, DECIMAL_SI, None if text.endswith("000") else text)
    negative, whole, fraction, suffix = _split(text)
    factor, exponent, format = _interpret_suffix(suffix)
    digits = whole + fraction
    scale = exponent - len(fraction)
    if len(digits) + max(scale, 0) > _MAX_DIGITS:
        raise ValueError(NUMERIC_ERROR)
    nanos = _scale_up(int(digits) * factor, scale + 9)
    if format == BINARY_SI:
        nanos = min(nanos, _MAX_BINARY)
    kept = text if _is_written_regularly(digits, fraction, factor, scale, format) else None
    if format == BINARY_SI and 0 < nanos < _NANO:
        format = DECIMAL_SI
    return Quantity(-nanos if negative else nanos, format, kept)


def _split(text: str) -> tuple[bool, str, str, str]:
    if not text:
        raise ValueError(FORMAT_ERROR)
    body = text[1:] if text[0] in "+-" else text
    rest = body.lstrip(_DIGITS)
    whole = body[: len(body) - len(rest)].lstrip("0") or "0"
    fraction = ""
    if rest.startswith("."):
        suffix = rest[1:].lstrip(_DIGITS)
        fraction = rest[1 : len(rest) - len(suffix)]
    else:
        suffix = rest
    exponent = suffix.lstrip(_SUFFIX_LETTERS)
    if exponent[:1] in ("+", "-"):
        exponent = exponent[1:]
    if exponent.lstrip(_DIGITS):
        raise ValueError(FORMAT_ERROR)
    return text[0] == "-", whole, fraction, suffix


def _interpret_suffix(suffix: str) -> tuple[int, int, str]:
    """Return what to multiply with, the power of ten and the format."""
    if suffix in _DECIMAL:
        return 1, _DECIMAL[suffix], DECIMAL_SI
    if suffix in _BINARY:
        return 1 << _BINARY[suffix], 0, BINARY_SI
    number = suffix[1:]
    if suffix[0] not in "eE" or not number.lstrip("+-").isdigit() or len(number) > 10:
        raise ValueError(SUFFIX_ERROR)
    return 1, int(number), DECIMAL_EXPONENT


def _scale_up(amount: int, power: int) -> int:
    if power >= 0:
        return amount * int(10**power)
    if -power > _MAX_DIGITS + 100:
        return min(amount, 1)
    return -(-amount // int(10**-power))


def _is_written_regularly(digits: str, fraction: str, factor: int, scale: int, format: str) -> bool:
    """Say whether Kubernetes keeps the text as the user wrote it (ParseQuantity's fast path)."""
    if format == BINARY_SI:
        room = 14 - len(digits) - (factor.bit_length() - 1) * 3 // 10
        return not fraction and room >= 0 and int(digits) & 7 != 0
    fits = len(digits) <= 18 and scale >= -9
    return fits and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _format(nanos: int, format: str) -> str:
    if nanos == 0:
        return "0"
    if format == BINARY_SI and abs(nanos) >= 1024 * _NANO and nanos % _NANO == 0:
        return _format_binary(nanos // _NANO)
    return _format_decimal(nanos, exponential=format == DECIMAL_EXPONENT)


def _format_binary(amount: int) -> str:
    exponent = 0
    while amount % 1024 == 0 and exponent < 60:
        amount //= 1024
        exponent += 10
    return f"{amount}{_BINARY_SUFFIX[exponent]}"


def _format_decimal(nanos: int, *, exponential: bool) -> str:
    exponent = -9
    while nanos % 1000 == 0 and (exponential or exponent < 18):
        nanos //= 1000
        exponent += 3
    if exponential:
        return f"{nanos}e{exponent}" if exponent else str(nanos)
    return f"{nanos}{_DECIMAL_SUFFIX[exponent]}"


def _divide_away_from_zero(amount: int, divisor: int) -> int:
    return -(-amount // divisor) if amount > 0 else amount // divisor
