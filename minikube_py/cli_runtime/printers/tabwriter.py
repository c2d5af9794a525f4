"""Columns aligned by elastic tabstops, as Go's text/tabwriter does it and as kubectl's tables and descriptions need it.

Text is written with tabs and newlines. A cell that a tab ends belongs to a column; the cells of one column in lines that
follow one another are as wide as the widest of them. What stands after the last tab of a line is in no column.
"""

from __future__ import annotations

from typing import TextIO

REMEMBER_WIDTHS = 1
"""Flag: a column is never narrower than it was before the last flush, so the rows of a watch stay aligned."""


class TabWriter:
    """A text stream that aligns what is written to it and passes it on to `out` when flushed.

    `minwidth` is the least width of a column with its padding, `padding` what is added to the widest cell; `padchar` fills.
    With a tab as `padchar` a column's width is rounded up to a multiple of `tabwidth`.
    """

    def __init__(self, out: TextIO, minwidth: int, tabwidth: int, padding: int, padchar: str = " ", flags: int = 0) -> None:
        self._out = out
        self._minwidth = minwidth
        self._tabwidth = tabwidth
        self._padding = padding
        self._padchar = padchar
        self._remember = bool(flags & REMEMBER_WIDTHS)
        self._widths: list[int] = []
        self._pending: list[str] = []

    def write(self, text: str) -> int:
        """Take text in; nothing is passed on before `flush`. Returns the number of characters taken."""
        self._pending.append(text)
        return len(text)

    def flush(self) -> None:
        """Align all that was written since the last flush and pass it on. A form feed ends every column, as a newline."""
        text = "".join(self._pending).replace("\v", "\t")
        self._pending.clear()
        if not text:
            return
        sections = text.split("\f")
        self._out.write("\n".join(self._align(section) for section in sections))

    def _align(self, section: str) -> str:
        rows = [line.split("\t") for line in section.split("\n")]
        column = 0
        while self._align_column(rows, column):
            column += 1
        return "\n".join(["".join(row) for row in rows])

    def _align_column(self, rows: list[list[str]], column: int) -> bool:
        """Pad the cells of one column in place, block by block; return whether any line had a cell in it."""
        found = False
        start = 0
        total = len(rows)
        while start < total:
            if len(rows[start]) <= column + 1:
                start += 1
                continue
            found = True
            end = start
            while end < total and len(rows[end]) > column + 1:
                end += 1
            self._pad_block(rows[start:end], column)
            start = end
        return found

    def _pad_block(self, rows: list[list[str]], column: int) -> None:
        width = max(self._minwidth, max([len(row[column]) for row in rows]) + self._padding)
        if self._remember:
            width = self._remembered(column, width)
        if self._padchar == "\t":
            for row in rows:
                row[column] += "\t" * self._tabs(width - len(row[column]), len(row[column]), width)
            return
        for row in rows:
            row[column] = row[column].ljust(width, self._padchar)

    def _tabs(self, missing: int, used: int, width: int) -> int:
        if not self._tabwidth or missing < 0:
            return 0
        rounded = -(-width // self._tabwidth) * self._tabwidth
        return -(-(rounded - used) // self._tabwidth)

    def _remembered(self, column: int, width: int) -> int:
        if column == len(self._widths):
            self._widths.append(width)
        self._widths[column] = max(self._widths[column], width)
        return self._widths[column]


def new_table_writer(out: TextIO) -> TabWriter:
    """Return the writer of kubectl's tables: columns of at least 6, three spaces between, widths remembered."""
    return TabWriter(out, 6, 4, 3, " ", REMEMBER_WIDTHS)
