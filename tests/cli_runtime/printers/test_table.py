"""Human-readable tables: columns, labels, kinds, odd cells, watches."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.printers.table import PrintOptions, TablePrinter, format_labels
from minikube_py.cli_runtime.printers.tabwriter import TabWriter, new_table_writer

Object = dict[str, Any]
COLUMNS = [
    {"name": "Name", "type": "string", "format": "name", "priority": 0},
    {"name": "Data", "type": "integer", "format": "", "priority": 0},
    {"name": "Node", "type": "string", "format": "", "priority": 1},
]


def make_row(*cells: Any, name: str = "a", labels: dict[str, str] | None = None) -> Object:
    meta = {"name": name, "namespace": "default", **({"labels": labels} if labels else {})}
    return {"cells": list(cells), "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta}}


def make_table(*rows: Object) -> Object:
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "columnDefinitions": COLUMNS, "rows": list(rows)}


TABLE = make_table(
    make_row("web", 1, "n1", labels={"app": "x", "example.com/tier": "y"}),
    make_row("a-long-name", 20, "n2", name="b"),
)


def show(table: Object, options: PrintOptions | None = None) -> str:
    out = io.StringIO()
    TablePrinter(options).print_obj(table, out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        pytest.param(PrintOptions(), "NAME          DATA\nweb           1\na-long-name   20\n", id="plain"),
        pytest.param(PrintOptions(no_headers=True), "web           1\na-long-name   20\n", id="no headers"),
        pytest.param(
            PrintOptions(wide=True), "NAME          DATA   NODE\nweb           1      n1\na-long-name   20     n2\n", id="wide"
        ),
        pytest.param(
            PrintOptions(with_namespace=True),
            "NAMESPACE   NAME          DATA\ndefault     web           1\ndefault     a-long-name   20\n",
            id="namespace",
        ),
        pytest.param(
            PrintOptions(with_kind=True, kind="Deployment.apps"),
            "NAME                          DATA\ndeployment.apps/web           1\ndeployment.apps/a-long-name   20\n",
            id="kind",
        ),
        pytest.param(
            PrintOptions(column_labels=("example.com/tier",)),
            "NAME          DATA   TIER\nweb           1      y\na-long-name   20     \n",
            id="label column",
        ),
        pytest.param(
            PrintOptions(show_labels=True),
            "NAME          DATA   LABELS\nweb           1      app=x,example.com/tier=y\na-long-name   20     <none>\n",
            id="labels",
        ),
    ],
)
def test_options(options: PrintOptions, text: str) -> None:
    assert show(TABLE, options) == text


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param("two\nlines", "two...", id="newline"),
        pytest.param("\x1b[31mred", "^[[31mred", id="escape sequence"),
        pytest.param(None, "", id="null"),
        pytest.param(True, "true", id="boolean"),
        pytest.param(1.5, "1.5", id="float"),
        pytest.param(["a", {"b": 1}], "[a map[b:1]]", id="list"),
    ],
)
def test_cells(cell: Any, shown: str) -> None:
    assert show(make_table(make_row("web", cell))) == f"NAME   DATA\nweb    {shown}\n"


def test_a_table_without_rows_prints_nothing() -> None:
    assert show(make_table()) == ""


def test_more_cells_than_columns_are_dropped() -> None:
    assert (
        show(make_table(make_row("web", 1, "n", "extra")), PrintOptions(wide=True)) == "NAME   DATA   NODE\nweb    1      n\n"
    )


def test_watch_prints_headers_once_and_keeps_widths() -> None:
    out = io.StringIO()
    writer = new_table_writer(out)
    printer = TablePrinter()
    for row in (make_row("a-long-name", 1), make_row("web", 2)):
        printer.print_obj({**make_table(row), "columnDefinitions": COLUMNS if row["cells"][1] == 1 else []}, writer)
        writer.flush()
    assert out.getvalue() == "NAME          DATA\na-long-name   1\nweb           2\n"


def test_watch_events_have_a_column() -> None:
    out = io.StringIO()
    options = PrintOptions(with_namespace=True, show_labels=True)
    TablePrinter(options).print_obj({"type": "ADDED", "object": make_table(make_row("web", 1, "n"))}, out)
    assert out.getvalue() == ("EVENT      NAMESPACE   NAME   DATA   LABELS\nADDED      default     web    1      <none>\n")


def test_objects_without_a_table_show_name_and_age() -> None:
    out = io.StringIO()
    items = [{"metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"}}, {"metadata": {"name": "b"}}]
    TablePrinter(age=lambda _: "3d").print_obj({"kind": "List", "items": items}, out)
    assert out.getvalue() == "NAME   AGE\na      3d\nb      <unknown>\n"


def test_status_is_a_table_of_its_own() -> None:
    status = {"kind": "Status", "status": "Failure", "reason": "NotFound", "message": "gone"}
    assert show(status) == "STATUS    REASON     MESSAGE\nFailure   NotFound   gone\n"


def test_labels_are_sorted() -> None:
    assert format_labels({"b": "2", "a": "1"}) == "a=1,b=2"
    assert format_labels({}) == "<none>"


@pytest.mark.parametrize(
    ("args", "options"),
    [
        ([], PrintOptions()),
        (["-o", "wide"], PrintOptions(wide=True)),
        (["--show-labels"], PrintOptions(show_labels=True)),
        (["-L", "app,example.com/tier", "-A"], PrintOptions(column_labels=("app", "example.com/tier"), with_namespace=True)),
        (["--show-kind", "--no-headers"], PrintOptions(with_kind=True, kind="ConfigMap", no_headers=True)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_same_as_kubectl(kubectl: Any, args: list[str], options: PrintOptions) -> None:
    table = make_table(*TABLE["rows"], make_row("x\ty\nz", None, "\x1b"), make_row("ü", 1e6, True), make_row("short"))
    assert show(table, options) == kubectl.get(table, *args).stdout


def align(text: str, padchar: str = " ") -> str:
    out = io.StringIO()
    writer = TabWriter(out, 0, 8, 2, padchar)
    writer.write(text)
    writer.flush()
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        pytest.param("a\tb\nccc\td\n", "a    b\nccc  d\n", id="two lines"),
        pytest.param("a\tb\n\nccc\td\n", "a  b\n\nccc  d\n", id="a line without cells ends the block"),
        pytest.param(
            "aaaa\tbbb\td\naa\tb\tdd\na\t\naa\tcccc\teee\n",
            "aaaa  bbb  d\naa    b    dd\na     \naa    cccc  eee\n",
            id="blocks",
        ),
        pytest.param("a\tb\fccc\td\n", "a  b\nccc  d\n", id="form feed"),
        pytest.param("no end", "no end", id="without a newline"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_tabwriter(text: str, aligned: str) -> None:
    assert align(text) == aligned


def test_tabwriter_pads_with_tabs() -> None:
    assert align("a\tb\nlonger-name\tc\n", "\t") == "a\t\tb\nlonger-name\tc\n"


@given(st.lists(st.lists(st.text("ab", max_size=5), min_size=3, max_size=3), min_size=1, max_size=6))
def test_tabwriter_columns_begin_below_one_another(rows: list[list[str]]) -> None:
    lines = align("".join("\t".join(row) + "\n" for row in rows)).splitlines()
    widths = [max(len(row[column]) for row in rows) + 2 for column in (0, 1)]
    assert lines == [row[0].ljust(widths[0]) + row[1].ljust(widths[1]) + row[2] for row in rows]
