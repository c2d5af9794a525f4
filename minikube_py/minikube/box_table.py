"""Tables in minikube's own style: cells between bars, headings in the middle of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def format_box_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the table. Numbers stand at the right of their column, everything else at the left."""
    widths = [max(_width(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    text = rule + _format_row([_centre(h, w) for h, w in zip(headings, widths, strict=True)]) + rule
    for row in rows:
        text += _format_row([_pad(cell, width) for cell, width in zip(row, widths, strict=True)])
    return text + rule if rows else text


def _format_row(cells: Sequence[str]) -> str:
    return "|" + "|".join(f" {cell} " for cell in cells) + "|\n"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if text.isdigit() else text + blanks


def _centre(text: str, width: int) -> str:
    left = (width - _width(text)) // 2
    return " " * left + text + " " * (width - _width(text) - left)
