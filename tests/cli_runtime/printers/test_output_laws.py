"""What holds of `--sort-by`, custom columns and names for any objects."""

from __future__ import annotations

import io
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.custom_columns import CustomColumnsPrinter, parse_columns
from minikube_py.cli_runtime.printers.name import NamePrinter, complete_operation
from minikube_py.cli_runtime.printers.sort import sort_objects, sort_rows

Object = dict[str, Any]
NUMBERS = st.lists(st.integers(-20, 20), max_size=20)
WORDS = st.lists(st.text(alphabet="xyzXYZ-", max_size=3), max_size=20)
AMOUNTS = st.lists(
    st.tuples(st.integers(0, 2000), st.sampled_from(["", "m", "k", "Ki", "Mi", "M"])).map(lambda pair: f"{pair[0]}{pair[1]}"),
    max_size=20,
)
TIMES = st.lists(st.integers(0, 59).map("2026-11-21T06:00:{:02}Z".format), max_size=20)


def objects_of(values: list[Any]) -> list[Object]:
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"o{index}"},
            "spec": {} if value is None else {"v": value},
        }
        for index, value in enumerate(values)
    ]


def sorted_values(values: list[Any]) -> list[Any]:
    """Return the values after sorting objects that have them, and rows of a table of those objects."""
    objects = sort_objects(objects_of(values), "{.spec.v}")
    rows = sort_rows([{"cells": [], "object": obj} for obj in objects_of(values)], "{.spec.v}")
    assert [row["object"]["spec"] for row in rows] == [obj["spec"] for obj in objects]
    assert Counter(obj["metadata"]["name"] for obj in objects) == Counter(f"o{index}" for index in range(len(values)))
    return [obj["spec"].get("v") for obj in objects]


@given(st.one_of(NUMBERS.filter(bool), WORDS.filter(bool), TIMES.filter(bool)))
def test_numbers_words_and_times_are_in_order(values: list[Any]) -> None:
    assert sorted_values(values) == sorted(values)


@given(AMOUNTS.filter(bool))
def test_quantities_are_in_order_of_their_amounts(values: list[str]) -> None:
    amounts = [Fraction(parse_quantity(text).nanos) for text in sorted_values(values)]
    assert amounts == sorted(amounts)


@given(st.lists(st.none() | st.integers(-5, 5), min_size=1, max_size=12).filter(any))
def test_objects_without_the_field_come_first(values: list[int | None]) -> None:
    numbers = sorted(value for value in values if value is not None)
    assert sorted_values(values) == [None] * (len(values) - len(numbers)) + numbers


HEADERS = st.lists(st.text(alphabet="ABC", min_size=1, max_size=8), min_size=1, max_size=3)
CELLS = st.none() | st.integers(0, 99999) | st.text(alphabet="abc", min_size=1, max_size=9)


@given(HEADERS, st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_custom_columns_have_a_row_for_each_object_and_a_cell_for_each_column(
    headers: list[str], rows: list[list[Any]]
) -> None:
    spec = ",".join(f"{header}:.spec.f{index}" for index, header in enumerate(headers))
    items = [
        {**obj, "spec": {f"f{index}": value for index, value in enumerate(row) if value is not None}}
        for obj, row in zip(objects_of([None] * len(rows)), rows, strict=True)
    ]
    out = io.StringIO()
    CustomColumnsPrinter(parse_columns(spec)).print_obj({"kind": "List", "apiVersion": "v1", "items": items}, out)
    expected = [headers, *([("<none>" if cell is None else str(cell)) for cell in row[: len(headers)]] for row in rows)]
    lines = out.getvalue().splitlines()
    assert [line.split() for line in lines] == expected
    for column in range(1, len(headers)):  # what stands in a column begins below its heading
        starts = {_start_of(line, column) for line in lines}
        assert len(starts) == 1


def _start_of(line: str, column: int) -> int:
    position = 0
    for word in line.split()[:column]:
        position = line.index(word, position) + len(word)
    return len(line) - len(line[position:].lstrip())


KINDS = st.sampled_from([("v1", "Pod", "pod"), ("apps/v1", "Deployment", "deployment.apps"), ("a.b/v1", "Foo", "foo.a.b")])


@given(st.lists(st.tuples(KINDS, st.text(alphabet="abc-", min_size=1, max_size=5)), max_size=5), st.booleans())
def test_names_are_told_one_a_line(told: list[tuple[tuple[str, str, str], str]], short: bool) -> None:
    items = [{"apiVersion": version, "kind": kind, "metadata": {"name": name}} for (version, kind, _), name in told]
    out = io.StringIO()
    NamePrinter("created", short=short).print_obj({"apiVersion": "v1", "kind": "List", "items": items}, out)
    suffix = "" if short else " created"
    assert out.getvalue().splitlines() == [f"{kind}/{name}{suffix}" for (_, _, kind), name in told]


@pytest.mark.parametrize(
    ("operation", "dry_run", "told"),
    [
        ("created", "none", "created"),
        ("created", "client", "created (dry run)"),
        ("serverside-applied", "server", "serverside-applied (server dry run)"),
    ],
)
def test_what_was_done_is_told_with_the_kind_of_trial(operation: str, dry_run: str, told: str) -> None:
    assert complete_operation(operation, dry_run) == told


def test_an_object_of_no_kind_has_no_name_to_tell() -> None:
    with pytest.raises(CliError):
        NamePrinter().print_obj({"apiVersion": "v1", "metadata": {"name": "a"}}, io.StringIO())
