"""Wrapping of descriptions, with the line ends kubectl's word wrapper chooses."""

from __future__ import annotations

import re

# Space before a word, and the word; a no-break space is part of a word.
_WORDS = re.compile(r"([^\S\xa0]*)((?:\S|\xa0)+)|([^\S\xa0]+)$")


def wrap(text: str, width: int) -> str:
    """Break lines of `text` at spaces so that they are at most `width` long; longer words stand out, and line ends stay."""
    return "\n".join(_wrap_line(line, width) for line in text.split("\n"))


def indent(text: str, amount: int) -> str:
    """Put `amount` spaces before each line, empty ones too."""
    pad = " " * amount
    return pad + text.replace("\n", "\n" + pad)


def _wrap_line(line: str, width: int) -> str:
    parts: list[str] = []
    column = 0
    for match in _WORDS.finditer(line):
        spaces, word, trailing = match.groups("")
        if trailing:
            parts.append(trailing if column + len(trailing) <= width else "")
            continue
        if column + len(spaces) + min(len(word), width - 1) > width:
            parts.append("\n")
            spaces, column = "", 0
        parts += spaces, word
        column += len(spaces) + len(word)
    return "".join(parts)
