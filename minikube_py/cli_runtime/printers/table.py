"""kubectl's human-readable tables: a metav1.Table, with the columns that flags ask for, in aligned text.

Read by `mk get pods`: this module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TextIO

from minikube_py.cli_runtime.printers.tabwriter import TabWriter, new_table_writer

Object = dict[str, Any]

_EVENT_TYPES = {"ADDED": "ADDED   ", "MODIFIED": "MODIFIED", "DELETED": "DELETED ", "ERROR": "ERROR   "}
_STATUS_COLUMNS = [
    {"name": "Status", "type": "string"},
    {"name": "Reason", "type": "string"},
    {"name": "Message", "type": "string"},
]
_META_COLUMNS = [{"name": "Name", "type": "string", "format": "name"}, {"name": "Age", "type": "string"}]


class PrintOptions(NamedTuple):
    """What a table shows. `kind` is `pod` or `deployment.apps`: with `with_kind` it stands before the name and a slash."""

    no_headers: bool = False
    wide: bool = False
    with_namespace: bool = False
    with_kind: bool = False
    kind: str = ""
    show_labels: bool = False
    column_labels: tuple[str, ...] = ()


class TablePrinter:
    """Prints tables; the headers once, and again only when the columns change.

    It may be called for one table after another (a watch). Given a TabWriter, it writes there and leaves flushing to the
    caller, so that columns keep their widths between calls; any other stream is aligned call by call.
    `age` gives the age of a creationTimestamp, for objects that come without a table.
    """

    def __init__(self, options: PrintOptions | None = None, age: Callable[[str], str] | None = None) -> None:
        self._options = options or PrintOptions()
        self._age = age
        self._columns: list[Object] = []
        self._printed_headers = False
        self._last_handler = ""

    def print_obj(self, obj: Object, out: TextIO | TabWriter) -> None:
        """Print a Table, a Status, another object or list (name and age), or a watch event `{type, object}` of one."""
        if not isinstance(out, TabWriter):
            writer = new_table_writer(out)
            self.print_obj(obj, writer)
            writer.flush()
            return
        event = ""
        if "kind" not in obj and "object" in obj:
            event, obj = obj.get("type", ""), obj["object"]
        if obj.get("kind") == "Table" or "columnDefinitions" in obj:
            self._print_table(obj, event, out)
        else:
            self._print_plain(obj, event, out)

    def _print_table(self, table: Object, event: str, out: TabWriter) -> None:
        columns: list[Object] = table.get("columnDefinitions") or []
        rows: list[Object] = table.get("rows") or []
        if columns and columns != self._columns:
            self._columns = columns
            self._printed_headers = False
        columns = self._columns
        headers = not self._options.no_headers and not self._printed_headers and bool(rows)
        if rows:
            self._printed_headers = True
        self._write(columns, rows, event, out, headers)

    def _write(self, columns: list[Object], rows: list[Object], event: str, out: TabWriter, headers: bool) -> None:
        names = [column["name"] for column in columns]
        shown = [self._options.wide or not column.get("priority") for column in columns]
        before, after = self._extra_columns()
        if event:
            before = ["Event", *before]
        if headers:
            visible = [name for name, show in zip(names, shown, strict=True) if show]
            out.write("\t".join([name.upper() for name in (*before, *visible, *after)]) + "\n")
        name_column = self._find_name_column(columns)
        every = all(shown)
        width = len(columns)
        first = [_EVENT_TYPES.get(event, event)] if event else []
        for row in rows:
            cells = row["cells"]
            if name_column >= 0:
                cells = list(cells)
                cells[name_column] = f"{self._options.kind.lower()}/{cells[name_column]}"
            if before or after:
                cells = self._decorate(row, cells, width)
                lead = len(before) - len(first)
                middle = cells[lead : lead + width]
                tail = cells[lead + width :]
                if not every:
                    middle = [cell for cell, show in zip(middle, shown, strict=False) if show]
                cells = [*first, *cells[:lead], *middle, *tail]
            else:
                cells = cells[:width] if every else [cell for cell, show in zip(cells, shown, strict=False) if show]
            out.write(_join_cells(cells) + "\n")

    def _extra_columns(self) -> tuple[list[str], list[str]]:
        options = self._options
        before = ["Namespace"] if options.with_namespace else []
        after = [label.rsplit("/", 1)[-1] for label in options.column_labels]
        return before, [*after, "Labels"] if options.show_labels else after

    def _find_name_column(self, columns: list[Object]) -> int:
        if self._options.with_kind and self._options.kind:
            for index, column in enumerate(columns):
                if column.get("format") == "name" and column.get("type") == "string":
                    return index
        return -1

    def _decorate(self, row: Object, cells: list[Any], width: int) -> list[Any]:
        """Return the cells with the namespace before and the labels after them; both empty where the row has no object."""
        options = self._options
        meta = (row.get("object") or {}).get("metadata")
        labels = (meta or {}).get("labels") or {}
        result = [(meta or {}).get("namespace", "") if meta is not None else None] if options.with_namespace else []
        result += cells[:width]
        if meta is not None:
            result += self._label_cells(labels)
        return result

    def _label_cells(self, labels: dict[str, str]) -> Iterator[str]:
        for label in self._options.column_labels:
            yield labels.get(label, "")
        if self._options.show_labels:
            yield format_labels(labels)

    def _print_plain(self, obj: Object, event: str, out: TabWriter) -> None:
        handler = "Status" if obj.get("kind") == "Status" else "Object"
        columns = _STATUS_COLUMNS if handler == "Status" else _META_COLUMNS
        headers = handler != self._last_handler and not self._options.no_headers
        if self._last_handler and headers:
            out.write("\n")
        if handler == "Status":
            rows = [{"object": obj, "cells": [obj.get("status", ""), obj.get("reason", ""), obj.get("message", "")]}]
        else:
            rows = [self._meta_row(item) for item in obj.get("items", [obj])]
        self._last_handler = handler
        self._write(columns, rows, event, out, headers)

    def _meta_row(self, obj: Object) -> Object:
        meta = obj.get("metadata") or {}
        created = meta.get("creationTimestamp")
        age = self._age(created) if created and self._age else "<unknown>"
        return {"object": obj, "cells": [meta.get("name", ""), age]}


def format_labels(labels: dict[str, str]) -> str:
    """Return `a=1,b=2` sorted by key, `<none>` without labels."""
    return ",".join([f"{key}={labels[key]}" for key in sorted(labels)]) or "<none>"


def escape_terminal(text: str) -> str:
    """Make escape sequences and carriage returns harmless to a terminal, as kubectl shows them."""
    return text.replace("\x1b", "^[").replace("\r", "\\r")


def _join_cells(cells: list[Any]) -> str:
    texts = [cell if cell.__class__ is str else _format_cell(cell) for cell in cells]
    line = "\t".join(texts)
    if line.replace("\t", "").isprintable():
        return line
    return "\t".join([_clean(text) for text in texts])


def _format_cell(cell: Any) -> str:
    if cell is None:
        return ""
    if cell.__class__ is int:
        return str(cell)
    from minikube_py.apimachinery.gosyntax import format_go_value

    return format_go_value(cell)


def _clean(text: str) -> str:
    """Keep the first line, with `...` when there was more."""
    breaks = [position for position in (text.find("\f"), text.find("\n"), text.find("\r")) if position >= 0]
    if breaks:
        return escape_terminal(text[: min(breaks)]) + "..."
    return escape_terminal(text)
