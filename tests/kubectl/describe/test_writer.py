from __future__ import annotations

from minikube_py.kubectl.describe.writer import NestedWriter, Writer


def test_columns_are_aligned_until_a_flush() -> None:
    writer = Writer()
    writer.field(0, "Name", "x")
    writer.field(1, "Longer name", 1)
    writer.flush()
    writer.field(0, "A", "y")
    assert writer.text() == "Name:           x\n  Longer name:  1\nA:  y\n"


def test_a_cell_that_is_empty_leaves_its_blanks() -> None:
    writer = Writer()
    writer.field(0, "A", "")
    writer.field(0, "Long", "x")
    assert writer.text() == "A:     \nLong:  x\n"


def test_what_terminals_obey_is_shown_instead() -> None:
    writer = Writer()
    writer.line("\x1b[31mred\r")
    assert writer.text() == "^[[31mred\\r\n"


def test_a_nested_writer_indents_each_piece() -> None:
    outer = Writer()
    nested = NestedWriter(outer, 2)
    nested.write(0, "a:\t")
    nested.line("b")
    nested.write(1, "c\n")
    assert outer.text() == "    a:      b\n      c\n"
