"""Where descriptions are written: lines indented by levels, tabs aligned to columns."""

from __future__ import annotations

from io import StringIO

from minikube_py.cli_runtime.printers.tabwriter import TabWriter

INDENT = "  "


class Writer:
    """Collects a description. A tab ends a column; columns are aligned over lines that follow one another.

    Escape characters and carriage returns are shown, not passed on to the terminal.
    """

    def __init__(self) -> None:
        self._buffer = StringIO()
        self._tabs = TabWriter(self._buffer, 0, 8, 2)

    def write(self, level: int, text: str) -> None:
        """Write text, which may be less or more than a line, after the indent of `level`."""
        self._tabs.write(INDENT * level + text.replace("\x1b", "^[").replace("\r", "\\r"))

    def line(self, text: str) -> None:
        """Write text without indent and end the line."""
        self.write(0, text + "\n")

    def field(self, level: int, name: str, value: object) -> None:
        """Write the line `name:<tab>value`."""
        self.write(level, f"{name}:\t{value}\n")

    def flush(self) -> None:
        """Begin new columns."""
        self._tabs.flush()

    def text(self) -> str:
        """Return what was written, aligned."""
        self.flush()
        return self._buffer.getvalue()


class NestedWriter(Writer):
    """Writes to another writer, `indent` levels deeper: every piece of text, whether it begins a line or not."""

    def __init__(self, outer: Writer, indent: int) -> None:
        self._outer, self._indent = outer, indent

    def write(self, level: int, text: str) -> None:
        """Write text to the outer writer."""
        self._outer.write(level + self._indent, text)

    def flush(self) -> None:
        """Begin new columns in the outer writer."""
        self._outer.flush()

    def text(self) -> str:
        """Return the outer writer's text."""
        return self._outer.text()
