"""`-o custom-columns=NAME:.path,...`: columns that the user chose, one line an object."""

from __future__ import annotations

from typing import Any, NamedTuple, TextIO

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.json import is_watch_event
from minikube_py.cli_runtime.printers.jsonpath import JSONPath, JSONPathError, relaxed_jsonpath
from minikube_py.cli_runtime.printers.table import escape_terminal
from minikube_py.cli_runtime.printers.tabwriter import TabWriter, new_table_writer

Object = dict[str, Any]

_EXPECTED = "Expected format is one line of space separated headers, one line of space separated column specs."


class Column(NamedTuple):
    """One column: its header and the jsonpath of what stands in it."""

    header: str
    path: str


class CustomColumnsPrinter:
    """Prints the columns of an object or of every item of a list; the headers again only for another form of object.

    Given a TabWriter it writes there and leaves flushing to the caller.
    """

    def __init__(self, columns: list[Column], no_headers: bool = False) -> None:
        self._columns = columns
        self._no_headers = no_headers
        self._last_form = ""

    def print_obj(self, obj: Object, out: TextIO | TabWriter) -> None:
        """Print the object; CliError for a path that cannot be read or does not fit, with the headers already printed."""
        if isinstance(out, TabWriter):
            self._print(obj, out)
            return
        writer = new_table_writer(out)
        try:
            self._print(obj, writer)
        finally:
            writer.flush()

    def _print(self, obj: Object, out: TabWriter) -> None:
        items = obj.get("items")
        form = "event" if is_watch_event(obj) else "list" if isinstance(items, list) else "object"
        if not self._no_headers and form != self._last_form:
            out.write("\t".join([column.header for column in self._columns]) + "\n")
            self._last_form = form
        try:
            paths = [JSONPath(f"column{index}", True).parse(column.path) for index, column in enumerate(self._columns)]
            for item in items if isinstance(items, list) else [obj]:
                out.write("\t".join([_format_cell(path.find(item)) for path in paths]) + "\n")
        except JSONPathError as error:
            raise CliError(str(error)) from None


def _format_cell(results: list[list[Any]]) -> str:
    texts = [escape_terminal(format_go_value(value)) for values in results for value in values]
    if not results or not results[0]:
        texts.insert(0, "<none>")
    return ",".join(texts)


def parse_columns(spec: str) -> list[Column]:
    """Read `HEADER:path,HEADER:path`; CliError where there is nothing or a part has no path."""
    if not spec:
        raise CliError("custom-columns format specified but no custom columns given")
    columns = []
    for part in spec.split(","):
        header, colon, path = part.partition(":")
        if not colon:
            raise CliError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(Column(header, relaxed_jsonpath(path)))
    return columns


def parse_columns_file(text: str) -> list[Column]:
    """Read a file of two lines, headers and paths, both set off by spaces; CliError where they do not match."""
    lines = text.split("\n")
    if not text:
        raise CliError(f"invalid template, missing header line. {_EXPECTED}")
    if len(lines) < 2 or (len(lines) == 2 and not lines[1]):
        raise CliError(f"invalid template, missing spec line. {_EXPECTED}")
    headers, paths = lines[0].split(), lines[1].split()
    if len(headers) != len(paths):
        raise CliError(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return [Column(header, relaxed_jsonpath(path)) for header, path in zip(headers, paths, strict=True)]
