"""How one string stands in kubectl's YAML: plain, in quotes or as a block; goyaml.v2's choices, to the byte.

A string that another reader could take for a number, a boolean, null or a date is quoted. Lines are folded at a space
once they are past column 80. Two things differ, where kubectl fails: control characters are escaped (kubectl refuses them),
and a block that ends in a line separator still ends its line.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WIDTH = 80
_SIMPLE = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*\Z")
_WORDS = frozenset(
    word
    for lower in ("y", "yes", "true", "on", "n", "no", "false", "off", "null")
    for word in (lower, lower.capitalize(), lower.upper())
) | {"", "~"}
_DOT_WORDS = frozenset(sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")) | {".nan", ".NaN", ".NAN"}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INTEGERS = (
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)\Z"), 16),
    (re.compile(r"([-+]?)0[bB]([01]+)\Z"), 2),
    (re.compile(r"([-+]?)0[oO]?([0-7]+)\Z"), 8),
)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?\Z"
)
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BREAKS = "\r\n\x85\u2028\u2029"
_SPECIAL = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_FIRST_INDICATOR = frozenset("#,[]{}&*!|>'\"%@`")
_INNER_INDICATOR = re.compile(r":(?=[ \t]|\Z)|(?<=[ \t\r\n\x85\u2028\u2029])#")
_SPACE_BREAK = re.compile(f" [{_BREAKS}]")
_BREAK_SPACE = re.compile(f"[{_BREAKS}] ")
_ANY_BREAK = re.compile(f"[{_BREAKS}]")
_BREAK_GROUP = re.compile(f"([{_BREAKS}])")
_ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


@lru_cache(maxsize=8192)
def format_key(text: str) -> str | None:
    """Return a mapping's key on one line; None where it is too long or has line breaks, and needs the `? key` form."""
    if _SIMPLE.match(text) and text not in _WORDS and len(text) <= 128:
        return text
    if len(text.encode()) > 128 or _ANY_BREAK.search(text):
        return None
    return _write(text, _choose(text, key=True), 0, -1)


def format_string(text: str, indent: int, column: int) -> str:
    """Return a string as a value: `indent` is where its further lines begin, `column` where its first character stands."""
    if _SIMPLE.match(text) and text not in _WORDS:
        return text
    style = _choose(text)
    if style == "|":
        return _write_literal(text, indent)
    return _write(text, style, indent, column)


@lru_cache(maxsize=8192)
def _choose(text: str, key: bool = False) -> str:
    """Return the style: a quote, `|`, or nothing for a plain scalar."""
    special = _SPECIAL.search(text) is not None
    if "\n" in text:
        space_break = _SPACE_BREAK.search(text) is not None
        return '"' if special or space_break or text.endswith(" ") or key else "|"
    if resolves_to_other_type(text):
        return '"'
    if special:
        return '"'
    if _is_plain(text):
        return ""
    if _SPACE_BREAK.search(text) or _BREAK_SPACE.search(text) or (key and _ANY_BREAK.search(text)):
        return '"'
    return "'"


def _is_plain(text: str) -> bool:
    first = text[0]
    if first in _FIRST_INDICATOR or first == " " or text[-1] == " ":
        return False
    if first in "?:-" and (len(text) == 1 or text[1] in " \t"):
        return False
    if text.startswith(("---", "...")):
        return False
    return not (_INNER_INDICATOR.search(text) or _ANY_BREAK.search(text))


def resolves_to_other_type(text: str) -> bool:
    """Whether a YAML 1.1 reader would take the plain text for something other than a string."""
    if text in _WORDS:
        return True
    first = text[0]
    if first == ".":
        return text in _DOT_WORDS or _is_float(text)
    if first not in "+-0123456789":
        return False
    if text in _DOT_WORDS or _is_timestamp(text) or _BASE_60.match(text):
        return True
    plain = text.replace("_", "")
    return _is_integer(plain) or _is_float(plain)


def _is_integer(text: str) -> bool:
    """A number with a base before it, that fits 64 bits; decimal ones are floats as well and need no look."""
    for pattern, base in _INTEGERS:
        match = pattern.match(text)
        if match:
            number = int(match[2], base)
            return number < 1 << 64 if not match[1] else number < (1 << 63) + (match[1] == "-")
    return False


def _is_float(text: str) -> bool:
    return _FLOAT.match(text) is not None and float(text) not in (float("inf"), float("-inf"))


def _is_timestamp(text: str) -> bool:
    match = _TIMESTAMP.match(text)
    if not match:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month]:
        return False
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return False
    separator, zone = match[4], match[8]
    if separator is None:
        return True
    if (separator == " ") != (zone is None):
        return False
    if int(match[5]) > 23 or int(match[6]) > 59 or int(match[7]) > 59:
        return False
    return zone in (None, "Z") or (int(zone[1:3]) <= 24 and int(zone[4:]) < 60)


def _write(text: str, style: str, indent: int, column: int) -> str:
    """Write a scalar that is not a block; with a negative `column` it is a key and is not folded."""
    if style == '"':
        return _write_double(text, indent, column)
    if style == "'":
        body = text.replace("'", "''")
        if _ANY_BREAK.search(text):
            body = _write_breaks(body, indent, column + 1)
        elif column >= 0 and column + len(body) >= _WIDTH and " " in body:
            body = _fold(body, indent, column + 1, 1)
        return f"'{body}'"
    if column >= 0 and column + len(text) > _WIDTH and " " in text:
        return _fold(text, indent, column, 0)
    return text


def _fold(text: str, indent: int, column: int, quoted: int) -> str:
    """Break lines at single spaces that stand past the width."""
    parts = []
    start = 0
    last = len(text) - 1
    position = text.find(" ")
    while position >= 0:
        single = text[position + 1 : position + 2] != " " and text[position - 1 : position] != " "
        if single and column + position - start > _WIDTH and not (quoted and position in (0, last)):
            parts.append(text[start:position])
            start = position + 1
            column = indent
        position = text.find(" ", position + 1)
    parts.append(text[start:])
    return ("\n" + " " * indent).join(parts)


def _write_breaks(body: str, indent: int, column: int) -> str:
    """Write a single-quoted text with Unicode line breaks in it: text after a break starts on the indent."""
    parts: list[str] = []
    margin = " " * indent
    previous = ""
    last = len(body) - 1
    for position, char in enumerate(body):
        if char == " ":
            following = body[position + 1 : position + 2]
            if column > _WIDTH and previous != " " and 0 < position < last and following != " ":
                char = "\n" + margin
        elif char not in _BREAKS and previous and previous in _BREAKS:
            char = margin + char
        parts.append(char)
        column = 0 if char in _BREAKS else indent if char[0] == "\n" else column + len(char)
        previous = body[position]
    return "".join(parts)


def _write_double(text: str, indent: int, column: int) -> str:
    parts = ['"']
    column = column + 1 if column >= 0 else -len(text) * 10
    all_escaped = text.startswith("\ufeff")
    spaces = False
    last = len(text) - 1
    for position, char in enumerate(text):
        if char == " " and not all_escaped:
            if column > _WIDTH and not spaces and 0 < position < last:
                parts.append("\n" + " " * indent + ("\\" if text[position + 1] == " " else ""))
                column = len(parts[-1]) - 1
            else:
                parts.append(" ")
                column += 1
            spaces = True
            continue
        spaces = False
        escaped = char
        if all_escaped or char in '"\\' or char in _BREAKS or _SPECIAL.match(char):
            escaped = "\\" + _escape(char)
        parts.append(escaped)
        column += len(escaped)
    parts.append('"')
    return "".join(parts)


def _escape(char: str) -> str:
    known = _ESCAPES.get(char)
    if known:
        return known
    code = ord(char)
    if code <= 0xFF:
        return f"x{code:02X}"
    return f"u{code:04X}" if code <= 0xFFFF else f"U{code:08X}"


def _write_literal(text: str, indent: int) -> str:
    hint = "2" if text[0] == " " or text[0] in _BREAKS else ""
    chomp = ""
    if text[-1] not in _BREAKS:
        chomp = "-"
    elif len(text) == 1 or text[-2] in _BREAKS:
        chomp = "+"
    margin = " " * indent
    body = "".join([part if part in _BREAKS else margin + part for part in _BREAK_GROUP.split(text) if part])
    return f"|{hint}{chomp}\n" + body.removesuffix("\n")
