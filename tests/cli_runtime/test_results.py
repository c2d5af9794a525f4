"""What verbs say of their results: JSON of structs in the order of their fields, JSON of other objects sorted."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from minikube_py.cli_runtime.flags import parse_flags
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer, make_struct_printer

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {}, "name": "p"}}


@pytest.mark.parametrize(
    ("make", "order"),
    [
        (make_struct_printer, ["kind", "apiVersion", "name", "labels"]),
        (make_result_printer, ["apiVersion", "kind", "labels", "name"]),
    ],
    ids=["structs", "objects"],
)
def test_order_of_fields_in_json(make: Callable[..., Printer], order: list[str]) -> None:
    out = io.StringIO()
    make(parse_flags(RESULT_FLAGS, ["-o", "json"]), "created").print_obj(POD, out)
    text = out.getvalue()
    assert sorted(order, key=lambda name: text.index(f'"{name}"')) == order


def test_struct_printer_says_what_was_done_without_an_output_format() -> None:
    out = io.StringIO()
    make_struct_printer(parse_flags(RESULT_FLAGS, []), "created").print_obj(POD, out)
    assert out.getvalue() == "pod/p created\n"
