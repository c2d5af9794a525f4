"""Custom columns and `--sort-by`."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.custom_columns import CustomColumnsPrinter, parse_columns, parse_columns_file
from minikube_py.cli_runtime.printers.name import NamePrinter
from minikube_py.cli_runtime.printers.sort import SortingPrinter, parse_quantity, sort_objects, sort_rows
from minikube_py.cli_runtime.printers.table import TablePrinter

FIELDS: dict[str, list[Any]] = {
    "int": [3, 1, 2, 1],
    "text": ["b", "a", "B", ""],
    "memory": ["1Gi", "900Mi", "2G", "100m"],
    "digits": ["1", "a", "10", "9"],
    "holes": [None, 1, None, 0],
    "float": [1.5, 2.5, 0.5, 1.25],
    "list": [[1], [2], [0], [3]],
    "flag": [True, False, True, False],
    "mixed": [1, "a", 2, "b"],
}


def make_object(index: int) -> dict[str, Any]:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"p{index}"}}
    obj |= {name: values[index] for name, values in FIELDS.items()}
    return obj | ({"some": -index} if index % 2 else {})


OBJECTS = [make_object(index) for index in range(4)]
LIST = {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": OBJECTS}
TABLE: dict[str, Any] = {
    "kind": "Table",
    "apiVersion": "meta.k8s.io/v1",
    "columnDefinitions": [{"name": "Name", "type": "string", "format": "name"}],
    "rows": [{"cells": [obj["metadata"]["name"]], "object": obj} for obj in OBJECTS],
}


def columns(spec: str, obj: dict[str, Any], no_headers: bool = False) -> tuple[str, str]:
    out = io.StringIO()
    try:
        CustomColumnsPrinter(parse_columns(spec), no_headers).print_obj(obj, out)
    except CliError as error:
        return out.getvalue(), f"error: {error.message}\n"
    return out.getvalue(), ""


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("NAME:.metadata.name,N:{.int}", "NAME   N\np0     3\n"),
        ("A:text,B:.nope,C:", "A     B        C\nb     <none>   <none>\n"),
        ("ALL:.list[*],MAP:.metadata,NULL:.holes", "ALL   MAP             NULL\n1     map[name:p0]    <nil>\n"),
    ],
)
def test_columns(spec: str, text: str) -> None:
    assert [line.split() for line in columns(spec, OBJECTS[0])[0].splitlines()] == [line.split() for line in text.splitlines()]


def test_a_list_prints_its_items_below_one_header() -> None:
    assert columns("NAME:.metadata.name", LIST)[0] == "NAME\np0\np1\np2\np3\n"


def test_headers_are_printed_before_a_path_fails() -> None:
    assert columns("NAME:.metadata[", LIST) == ("NAME\n", "error: unterminated array\n")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "custom-columns format specified but no custom columns given"),
        ("NAME", "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"),
    ],
)
def test_wrong_columns(spec: str, message: str) -> None:
    with pytest.raises(CliError) as caught:
        parse_columns(spec)
    assert caught.value.message == message


def test_columns_from_a_file() -> None:
    assert parse_columns_file("NAME  NS\nmetadata.name {.metadata.namespace}\n") == [
        ("NAME", "{.metadata.name}"),
        ("NS", "{.metadata.namespace}"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "invalid template, missing header line"),
        ("NAME\n", "invalid template, missing spec line"),
        ("NAME NS\na\n", r"number of headers \(2\) and field specifications \(1\) don't match"),
    ],
)
def test_wrong_column_files(text: str, message: str) -> None:
    with pytest.raises(CliError, match=message):
        parse_columns_file(text)


@pytest.mark.parametrize("no_headers", [False, True])
@pytest.mark.parametrize(
    "spec",
    [
        "A:.int,B:{.text},C:memory",
        "A:int[",
        "A:{.int}{.text}",
        "A:.holes,B:.list,C:.flag,D:.float",
        "A:..int",
        "é ü:.text,B:.int",
    ],
)
def test_columns_are_those_of_kubectl(kubectl: Any, spec: str, no_headers: bool) -> None:
    real = kubectl.get(LIST, "-o", f"custom-columns={spec}", *(["--no-headers"] if no_headers else []))
    assert columns(spec, LIST, no_headers) == (real.stdout, real.stderr)


@pytest.mark.parametrize(
    ("field", "order"),
    [
        pytest.param(".int", "1320", id="numbers, equal ones as Go's insertion leaves them"),
        pytest.param("{.text}", "3210", id="texts by code point"),
        pytest.param("memory", "3102", id="quantities by value"),
        pytest.param(".digits", "0321", id="a text among quantities"),
        pytest.param(".holes", "0231", id="null first"),
        pytest.param(".some", "2031", id="missing first"),
    ],
)
def test_order(field: str, order: str) -> None:
    names = "".join(obj["metadata"]["name"][1:] for obj in sort_objects(OBJECTS, field))
    rows = "".join(row["cells"][0][1:] for row in sort_rows(TABLE["rows"], field))
    assert (names, rows) == (order, order)


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in ("list", "flag", "mixed")] + ["some", "kind"])
def test_order_is_that_of_kubectl(kubectl: Any, field: str) -> None:
    for obj, printer, args in ((LIST, NamePrinter(short=True), ["-o", "name"]), (TABLE, TablePrinter(), [])):
        out = io.StringIO()
        SortingPrinter(field, printer).print_obj(obj, out)
        assert out.getvalue() == kubectl.get(obj, *args, "--sort-by", field).stdout


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (".nope", 'couldn\'t find any field with path "{.nope}" in the list of objects'),
        ("metadata[", "unterminated array"),
        (".flag", "unsortable type: bool"),
        (".list", r"unsortable type: \[\]interface {}"),
        (".mixed", "unsortable interface: interface"),
        ("{.a", "unexpected path string"),
    ],
)
def test_what_cannot_be_sorted_by(field: str, message: str) -> None:
    with pytest.raises(CliError, match=message):
        sort_objects(OBJECTS, field)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("metadata[", "sorting error: unterminated array"),
        (".list[3]", r"array index out of bounds"),
        (".nope", 'couldn\'t find any field with path "{.nope}" in the list of objects'),
    ],
)
def test_what_a_table_cannot_be_sorted_by(field: str, message: str) -> None:
    with pytest.raises(CliError, match=message):
        sort_rows(TABLE["rows"], field)


def test_one_object_goes_through() -> None:
    out = io.StringIO()
    SortingPrinter(".nope", NamePrinter(short=True)).print_obj(OBJECTS[0], out)
    assert out.getvalue() == "configmap/p0\n"


@given(st.lists(st.integers(-50, 50), max_size=40))
def test_any_number_of_objects_is_sorted(numbers: list[int]) -> None:
    objects = [{"n": number} for number in numbers]
    assert [obj["n"] for obj in (sort_objects(objects, ".n") if objects else [])] == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("500m", Fraction(1, 2)),
        ("1Ki", 1024),
        ("1k", 1000),
        ("1e3", 1000),
        ("-.5", Fraction(-1, 2)),
        ("1x", None),
        ("", None),
    ],
)
def test_quantity(text: str, value: Fraction | None) -> None:
    assert parse_quantity(text) == value
