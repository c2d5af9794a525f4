"""Durations: Go's text form, and the short one that `kubectl get` prints as an age."""

from __future__ import annotations

from minikube_py.apimachinery.errors import format_value

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_MAX = 2**63 - 1
_UNITS = {
    "ns": NANOSECOND,
    "us": MICROSECOND,
    "\u00b5s": MICROSECOND,
    "\u03bcs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_DIGITS = "0123456789"


def parse_duration(text: str) -> int:
    """Return the nanoseconds of a Go duration such as `1h30m`, `-1.5s` or `0`. Raises ValueError in the words of Go's time."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return 0
    if not body:
        raise ValueError(f"time: invalid duration {format_value(text)}")
    total = 0
    while body:
        amount, body = _parse_term(body, text)
        total += amount
    limit = _MAX + 1 if text[0] == "-" else _MAX
    if total > limit:
        raise ValueError(f"time: invalid duration {format_value(text)}")
    return -total if text[0] == "-" else total


def parse_seconds(text: str) -> float:
    """Return the seconds of a Go duration. Raises ValueError as `parse_duration` does."""
    return parse_duration(text) / SECOND


def _parse_term(body: str, text: str) -> tuple[int, str]:
    """Read one number with its unit off the front; return its nanoseconds and what is left."""
    rest = body.lstrip(_DIGITS)
    whole = body[: len(body) - len(rest)]
    fraction = ""
    if rest.startswith("."):
        after = rest[1:].lstrip(_DIGITS)
        fraction = rest[1 : len(rest) - len(after)]
        rest = after
    if (not whole and not fraction) or len(whole) + len(fraction) > 4000:
        raise ValueError(f"time: invalid duration {format_value(text)}")
    end = next((i for i, character in enumerate(rest) if character in "0123456789."), len(rest))
    unit, left = rest[:end], rest[end:]
    if not unit:
        raise ValueError(f"time: missing unit in duration {format_value(text)}")
    if unit not in _UNITS:
        raise ValueError(f"time: unknown unit {format_value(unit)} in duration {format_value(text)}")
    return int(whole + fraction) * _UNITS[unit] // 10 ** len(fraction) if whole + fraction else 0, left


def format_duration(nanoseconds: int) -> str:
    """Return the text Go's Duration.String gives: `1h30m0s`, `1.5s`, `100ms`, `0s`."""
    if nanoseconds == 0:
        return "0s"
    sign, amount = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    for unit, size, above in (
        ("ns", NANOSECOND, MICROSECOND),
        ("\u00b5s", MICROSECOND, MILLISECOND),
        ("ms", MILLISECOND, SECOND),
    ):
        if amount < above:
            return f"{sign}{_decimal(amount, size)}{unit}"
    minutes, rest = divmod(amount, MINUTE)
    text = f"{_decimal(rest, SECOND)}s"
    if minutes:
        text = f"{minutes % 60}m{text}"
    if minutes >= 60:
        text = f"{minutes // 60}h{text}"
    return sign + text


def format_seconds(seconds: float) -> str:
    """Return what format_duration gives for that many seconds."""
    return format_duration(round(seconds * SECOND))


def _decimal(amount: int, size: int) -> str:
    whole, part = divmod(amount, size)
    places = len(str(size)) - 1
    return f"{whole}.{part:0{places}d}".rstrip("0") if part else str(whole)


def human_duration(seconds: float) -> str:
    """Return an age in two or three figures: `5s`, `2m30s`, `5h`, `3h20m`, `2d4h`, `10d`, `2y100d`.

    The steps are those of apimachinery's HumanDuration; more than a second in the future is `<invalid>`.
    """
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 120:
        return f"{max(whole, 0)}s"
    minutes, hours = whole // 60, whole // 3600
    if minutes < 180:
        return _pair(minutes, "m", whole % 60, "s") if minutes < 10 else f"{minutes}m"
    if hours < 48:
        return _pair(hours, "h", minutes % 60, "m") if hours < 8 else f"{hours}h"
    days = hours // 24
    if days < 730:
        return _pair(days, "d", hours % 24, "h") if days < 8 else f"{days}d"
    years = days // 365
    return _pair(years, "y", days % 365, "d") if years < 8 else f"{years}y"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
