"""Finds the printer that `--output` and its fellow flags ask for.

A format's module is imported when the format is asked for: `mk get pods` pays for tables only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.managed_fields import OmitManagedFieldsPrinter, Printer
from minikube_py.cli_runtime.printers.table import PrintOptions, TablePrinter

_JSONPATH = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
_GO_TEMPLATE = ("go-template", "go-template-file", "template", "templatefile")
_COLUMNS = ("custom-columns", "custom-columns-file")
_NO_TEMPLATE = "template format specified but no template given"


class PrintFlags(NamedTuple):
    """The flags beside `--output`. `operation` is what a verb did (`created`), for the line it prints without `--output`."""

    template: str = ""
    allow_missing_keys: bool = True
    show_managed_fields: bool = False
    operation: str = ""


def make_printer(output: str, flags: PrintFlags | None = None) -> Printer:
    """Return the printer of a verb: json, yaml, name or a template; without `output` the line of the operation.

    Raises CliError for another format, a template that is missing or cannot be read, and a file that is not there.
    """
    flags = flags or PrintFlags()
    output = output or ("go-template" if flags.template else "")
    printer = _make_object_printer(output, flags) or _make_name_printer(output, flags) or _make_template_printer(output, flags)
    if printer is None:
        raise _no_printer(output, ("json", "yaml", "name", *_GO_TEMPLATE, *_JSONPATH))
    return printer


def make_get_printer(
    output: str,
    flags: PrintFlags | None = None,
    options: PrintOptions | None = None,
    age: Callable[[str], str] | None = None,
) -> Printer:
    """Return the printer of `get`: a verb's, and custom columns, `wide`, and tables without `output`.

    `options` are those of the table; of them `no_headers` is also for custom columns. `age` is TablePrinter's.
    """
    flags, options = flags or PrintFlags(), options or PrintOptions()
    output = output or ("go-template" if flags.template else "")
    if output in ("", "wide"):
        return TablePrinter(options._replace(wide=output == "wide"), age)
    printer = (
        _make_template_printer(output, flags)
        or _make_object_printer(output, flags)
        or _make_columns_printer(output, flags, options.no_headers)
        or _make_name_printer(output, flags)
    )
    if printer is None:
        raise _no_printer(output, ("json", "yaml", "name", "wide", *_GO_TEMPLATE, *_JSONPATH, *_COLUMNS))
    return printer


def _no_printer(output: str, formats: tuple[str, ...]) -> CliError:
    from minikube_py.cli_runtime.printers.go_format import quote

    allowed = ",".join(sorted(formats))
    return CliError(f"unable to match a printer suitable for the output format {quote(output)}, allowed formats are: {allowed}")


def _make_object_printer(output: str, flags: PrintFlags) -> Printer | None:
    printer: Printer
    if output.lower() == "json":
        from minikube_py.cli_runtime.printers.json import JSONPrinter

        printer = JSONPrinter()
    elif output.lower() == "yaml":
        from minikube_py.cli_runtime.printers.yaml import YAMLPrinter

        printer = YAMLPrinter()
    elif output == "neat":
        from minikube_py.cli_runtime.neat import NeatPrinter
        from minikube_py.cli_runtime.printers.yaml import YAMLPrinter

        return NeatPrinter(YAMLPrinter())
    else:
        return None
    return printer if flags.show_managed_fields else OmitManagedFieldsPrinter(printer)


def _make_name_printer(output: str, flags: PrintFlags) -> Printer | None:
    if output.lower() not in ("", "name"):
        return None
    from minikube_py.cli_runtime.printers.name import NamePrinter

    return NamePrinter(flags.operation, short=bool(output))


def _split_format(output: str, template: str, formats: tuple[str, ...]) -> tuple[str, str]:
    """Return the format, empty if it is none of these, and its template: `--template` or what follows the equals sign."""
    if template:
        return (output if output in formats else ""), template
    name, _, value = output.partition("=")
    return (name if name in formats else ""), value


def _make_template_printer(output: str, flags: PrintFlags) -> Printer | None:
    name, template = _split_format(output, flags.template, (*_JSONPATH, *_GO_TEMPLATE))
    if not name:
        return None
    if not template:
        raise CliError(_NO_TEMPLATE)
    if name in ("jsonpath-file", "go-template-file", "templatefile"):
        template = read_template(template, f"error reading --template {template}")
    if name in _JSONPATH:
        return _make_jsonpath_printer(template, flags.allow_missing_keys, name == "jsonpath-as-json")
    return _make_go_template_printer(template, flags.allow_missing_keys)


def _make_jsonpath_printer(template: str, allow_missing_keys: bool, output_json: bool) -> Printer:
    from minikube_py.cli_runtime.printers.jsonpath import JSONPathError, JSONPathPrinter

    try:
        return JSONPathPrinter(template, allow_missing_keys, output_json)
    except JSONPathError as error:
        raise CliError(f"error parsing jsonpath {template}, {error}") from None


def _make_go_template_printer(template: str, allow_missing_keys: bool) -> Printer:
    from minikube_py.cli_runtime.printers.go_template import GoTemplatePrinter, TemplateError

    try:
        return GoTemplatePrinter(template, allow_missing_keys)
    except TemplateError as error:
        raise CliError(f"error parsing template {template}, {error}") from None


def _make_columns_printer(output: str, flags: PrintFlags, no_headers: bool) -> Printer | None:
    name, spec = _split_format(output, flags.template, _COLUMNS)
    if not name:
        return None
    from minikube_py.cli_runtime.printers.custom_columns import CustomColumnsPrinter, parse_columns, parse_columns_file

    if name == "custom-columns-file" and spec:
        return CustomColumnsPrinter(parse_columns_file(read_template(spec, f"error reading template {spec}")))
    return CustomColumnsPrinter(parse_columns(spec), no_headers)


def read_template(path: str, failure: str) -> str:
    """Return a file's text; CliError `FAILURE, open PATH: no such file or directory` where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except IsADirectoryError:
        raise CliError(f"{failure}, read {path}: is a directory") from None
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise CliError(f"{failure}, open {path}: {reason}") from None
