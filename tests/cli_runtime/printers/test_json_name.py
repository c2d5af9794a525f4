"""`-o json`, `-o name` and the line a verb ends with."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_format import encode_json, format_syntax, quote
from minikube_py.cli_runtime.printers.json import JSONPrinter
from minikube_py.cli_runtime.printers.name import NamePrinter, complete_operation

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}


def show(printer: Any, obj: dict[str, Any]) -> str:
    out = io.StringIO()
    printer.print_obj(obj, out)
    return out.getvalue()


def test_json_sorts_indents_and_escapes_html() -> None:
    obj = {"kind": "A", "apiVersion": "v1", "b": [1, {}, [], None], "a": "<&>ü\u2028"}
    assert show(JSONPrinter(), obj) == (
        '{\n    "a": "\\u003c\\u0026\\u003eü\\u2028",\n    "apiVersion": "v1",\n    "b": [\n        1,\n        {},\n'
        '        [],\n        null\n    ],\n    "kind": "A"\n}\n'
    )


def test_json_writes_a_watch_event_on_one_line() -> None:
    assert show(JSONPrinter(), {"type": "ADDED", "object": {"kind": "Pod"}}) == '{"type":"ADDED","object":{"kind":"Pod"}}\n'


def test_json_refuses_an_object_without_kind() -> None:
    with pytest.raises(CliError, match="missing apiVersion or kind"):
        show(JSONPrinter(), {"metadata": {}})


NUMBERS = [1.5, 1e6, 123456789.0, 1234567.5, 1e21, 1e-7, 0.0001, 0.00001, 1e300, 12345678901234567890, 10**23, -0.0, 2**53 + 1]


def test_numbers_are_those_of_kubectl(kubectl: Any) -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "x": NUMBERS, "y": 'a\x7f\x01\b\f"\\'}
    assert show(JSONPrinter(), obj) == kubectl.get(obj, "-o", "json").stdout


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    # whole ones beyond 2**53 are written as Go does, digits padded with zeros, and read back as that integer
    | st.floats(-(2.0**53), 2.0**53, allow_nan=False).map(lambda number: float(f"{number:.14g}"))
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON, st.sampled_from(["", "    "]))
def test_json_reads_back_as_written(value: Any, indent: str) -> None:
    assert json.loads(encode_json(value, indent)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, "x"], "a": None}, "map[a:<nil> b:[1 x]]"),
        (1e6, "1e+06"),
        (123456.0, "123456"),
        (0.00001, "1e-05"),
        (True, "true"),
        (0.0, "0"),
        (float("inf"), "+Inf"),
        (float("nan"), "NaN"),
    ],
)
def test_format_value(value: Any, text: str) -> None:
    assert format_go_value(value) == text


def test_format_syntax() -> None:
    value = {"b": [1, None, True], "a": 'say "hi"\n'}
    assert format_syntax(value) == (
        'map[string]interface {}{"a":"say \\"hi\\"\\n", "b":[]interface {}{1, interface {}(nil), true}}'
    )


def test_quote_escapes_what_cannot_be_printed() -> None:
    assert quote("é\t\x01\u200b\U000e0001") == '"é\\t\\x01\\u200b\\U000e0001"'


@pytest.mark.parametrize(
    ("printer", "obj", "line"),
    [
        pytest.param(NamePrinter(short=True), POD, "pod/web\n", id="core"),
        pytest.param(NamePrinter(short=True), DEPLOYMENT, "deployment.apps/web\n", id="group"),
        pytest.param(NamePrinter("created"), DEPLOYMENT, "deployment.apps/web created\n", id="operation"),
        pytest.param(NamePrinter("created", short=True), POD, "pod/web\n", id="operation unsaid"),
        pytest.param(
            NamePrinter(short=True), {"kind": "List", "items": [POD, DEPLOYMENT]}, "pod/web\ndeployment.apps/web\n", id="list"
        ),
        pytest.param(NamePrinter(short=True), {"type": "ADDED", "object": POD}, "pod/web\n", id="watch event"),
        pytest.param(NamePrinter(short=True), {"kind": "Pod", "metadata": {}}, "pod/<unknown>\n", id="no name"),
    ],
)
def test_name(printer: NamePrinter, obj: dict[str, Any], line: str) -> None:
    assert show(printer, obj) == line


@pytest.mark.parametrize(
    ("dry_run", "text"), [("none", "created"), ("client", "created (dry run)"), ("server", "created (server dry run)")]
)
def test_operation_tells_of_a_dry_run(dry_run: str, text: str) -> None:
    assert complete_operation("created", dry_run) == text
