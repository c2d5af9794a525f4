"""Elastic tabstops against a model that measures every column anew."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.printers.tabwriter import REMEMBER_WIDTHS, TabWriter, new_table_writer

CELLS = st.text(alphabet="abé 日", max_size=5)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6)


def align(lines: list[list[str]], minwidth: int, padding: int) -> list[str]:
    """Return lines of cells, the last of each in no column: a cell is as wide as the widest of its block."""

    def width(row: int, column: int) -> int:
        first = last = row
        while first > 0 and len(lines[first - 1]) > column + 1:
            first -= 1
        while last + 1 < len(lines) and len(lines[last + 1]) > column + 1:
            last += 1
        return max(minwidth, max(len(lines[r][column]) for r in range(first, last + 1)) + padding)

    return [
        "".join(cell.ljust(width(row, column)) for column, cell in enumerate(cells[:-1])) + cells[-1]
        for row, cells in enumerate(lines)
    ]


def write(writer: TabWriter, out: io.StringIO, lines: list[list[str]]) -> list[str]:
    """Write the lines and return what a flush passes on."""
    start = len(out.getvalue())
    writer.write("".join("\t".join(cells) + "\n" for cells in lines))
    writer.flush()
    return out.getvalue()[start:].split("\n")[:-1]


@given(LINES, st.integers(0, 8), st.integers(0, 3))
def test_columns_are_as_wide_as_their_widest_cell(lines: list[list[str]], minwidth: int, padding: int) -> None:
    out = io.StringIO()
    assert write(TabWriter(out, minwidth, 8, padding), out, lines) == align(lines, minwidth, padding)


@given(LINES)
def test_text_may_come_in_pieces(lines: list[list[str]]) -> None:
    whole, pieces = io.StringIO(), io.StringIO()
    text = "".join("\t".join(cells) + "\n" for cells in lines)
    one, other = TabWriter(whole, 6, 4, 3), TabWriter(pieces, 6, 4, 3)
    one.write(text)
    for char in text:
        other.write(char)
    one.flush()
    other.flush()
    assert whole.getvalue() == pieces.getvalue()


@given(LINES, LINES)
def test_a_form_feed_begins_a_table_of_its_own(above: list[list[str]], below: list[list[str]]) -> None:
    out = io.StringIO()
    writer = TabWriter(out, 2, 8, 1)
    writer.write("\n".join("\t".join(cells) for cells in above) + "\f" + "\n".join("\t".join(cells) for cells in below))
    writer.flush()
    assert out.getvalue().split("\n") == align(above, 2, 1) + align(below, 2, 1)


ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS).map(list), min_size=1, max_size=4)


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_a_tables_columns_never_become_narrower(parts: list[list[list[str]]]) -> None:
    out = io.StringIO()
    writer = new_table_writer(out)
    for number, part in enumerate(parts):
        shown = write(writer, out, part)
        so_far = [row for rows in parts[: number + 1] for row in rows]
        assert shown == align(so_far, 6, 3)[-len(part) :]


@given(LINES.filter(lambda lines: all(" " not in cell for cells in lines for cell in cells)))
def test_with_tabs_as_padding_the_cells_can_be_read_back(lines: list[list[str]]) -> None:
    out = io.StringIO()
    shown = write(TabWriter(out, 0, 8, 1, "\t"), out, lines)
    for cells, line in zip(lines, shown, strict=True):
        assert [cell for cell in line.split("\t") if cell] == [cell for cell in cells if cell]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\tb\tc\n", "a     b     c\n", id="one-line"),
        pytest.param("a\tb\nlonger\tc\n", "a        b\nlonger   c\n", id="two-lines"),
        pytest.param("a\tb\n\nlonger\tc\n", "a     b\n\nlonger   c\n", id="an-empty-line-ends-a-block"),
        pytest.param("a\tb\nno tab\nlonger\tc\n", "a     b\nno tab\nlonger   c\n", id="a-line-without-cells-ends-a-block"),
        pytest.param("a\vb\n", "a     b\n", id="vertical-tab"),
        pytest.param("é\tb\n", "é     b\n", id="characters-not-bytes"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_tables(text: str, shown: str) -> None:
    out = io.StringIO()
    writer = TabWriter(out, 6, 4, 3, " ", REMEMBER_WIDTHS if text.count("\n") == 1 else 0)
    writer.write(text)
    writer.flush()
    assert out.getvalue() == shown
