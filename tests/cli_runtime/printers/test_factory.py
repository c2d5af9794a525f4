"""`--output` and the printers it names."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.factory import PrintFlags, make_get_printer, make_printer
from minikube_py.cli_runtime.printers.table import PrintOptions

POD: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "managedFields": [{}]}}
TABLE = {
    "kind": "Table",
    "columnDefinitions": [{"name": "Name"}, {"name": "Ip", "priority": 1}],
    "rows": [{"cells": ["web", "1"]}],
}
VERB_FORMATS = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml"
GET_FORMATS = "custom-columns,custom-columns-file," + VERB_FORMATS.replace("templatefile,", "templatefile,wide,")


def show(printer: Any, obj: dict[str, Any] = POD) -> str:
    out = io.StringIO()
    printer.print_obj(obj, out)
    return out.getvalue()


@pytest.mark.parametrize("make", [make_printer, make_get_printer])
@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("name", "pod/web\n"),
        ("NAME", "pod/web\n"),
        ("yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"),
        ("Json", '{\n    "apiVersion": "v1",\n    "kind": "Pod",\n    "metadata": {\n        "name": "web"\n    }\n}\n'),
        ("jsonpath={.kind}", "Pod"),
        ("jsonpath-as-json={.kind}", '[\n    "Pod"\n]\n'),
        ("go-template={{.kind}}", "Pod"),
        ("template={{.kind}}={{.kind}}", "Pod=Pod"),
    ],
)
def test_formats(make: Any, output: str, text: str) -> None:
    assert show(make(output)) == text


def test_operation_without_output() -> None:
    assert show(make_printer("", PrintFlags(operation="created"))) == "pod/web created\n"


def test_template_flag_alone_is_a_go_template() -> None:
    flags = PrintFlags(template="{{.kind}}")
    assert show(make_printer("", flags)) == show(make_get_printer("", flags)) == "Pod"


def test_template_flag_with_a_format() -> None:
    assert show(make_printer("jsonpath", PrintFlags(template="{.kind}"))) == "Pod"
    assert show(make_get_printer("custom-columns", PrintFlags(template="K:.kind"))) == "K\nPod\n"


def test_managed_fields_are_shown_on_demand() -> None:
    assert "managedFields" in show(make_printer("yaml", PrintFlags(show_managed_fields=True)))
    assert "managedFields" not in show(make_printer("json"))


def test_get_prints_tables() -> None:
    assert show(make_get_printer(""), TABLE) == "NAME\nweb\n"
    assert show(make_get_printer("wide", options=PrintOptions(no_headers=True)), TABLE) == "web   1\n"


def test_custom_columns_without_headers() -> None:
    assert show(make_get_printer("custom-columns=K:.kind", options=PrintOptions(no_headers=True))) == "Pod\n"


def test_templates_from_files(tmp_path: Path) -> None:
    for name, text in (("path", "{.kind}!"), ("go", "{{.kind}}!"), ("columns", "K\n.kind\n")):
        (tmp_path / name).write_text(text)
    assert show(make_printer(f"jsonpath-file={tmp_path}/path")) == "Pod!"
    assert show(make_printer(f"go-template-file={tmp_path}/go")) == "Pod!"
    assert show(make_get_printer(f"custom-columns-file={tmp_path}/columns")) == "K\nPod\n"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("foo", f'unable to match a printer suitable for the output format "foo", allowed formats are: {GET_FORMATS}'),
        ("jsonpath", "template format specified but no template given"),
        ("go-template=", "template format specified but no template given"),
        ("custom-columns", "custom-columns format specified but no custom columns given"),
        ("custom-columns-file=", "custom-columns format specified but no custom columns given"),
        ("jsonpath={.a", "error parsing jsonpath {.a, unclosed action"),
        ("go-template={{.a", "error parsing template {{.a, template: output:1: unclosed action"),
        ("jsonpath-file=none.txt", "error reading --template none.txt, open none.txt: no such file or directory"),
        ("custom-columns-file=none.txt", "error reading template none.txt, open none.txt: no such file or directory"),
        ("go-template-file=/", "error reading --template /, read /: is a directory"),
    ],
)
def test_what_cannot_be_printed(output: str, message: str) -> None:
    with pytest.raises(CliError) as caught:
        make_get_printer(output)
    assert caught.value.message == message


@pytest.mark.parametrize("output", ["wide", "custom-columns=K:.kind", "foo"])
def test_verbs_have_fewer_formats(output: str) -> None:
    with pytest.raises(CliError) as caught:
        make_printer(output)
    assert caught.value.message == (
        f'unable to match a printer suitable for the output format "{output}", allowed formats are: {VERB_FORMATS}'
    )


def test_a_table_imports_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from minikube_py.cli_runtime.printers.factory import make_get_printer\n"
        f"make_get_printer('').print_obj({TABLE!r}, sys.stdout)\n"
        "heavy = {'json', 'yaml', 'dataclasses', 'inspect', 'datetime', 'logging'} & (set(sys.modules) - before)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("NAME\nweb\n", "")
