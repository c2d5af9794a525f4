"""What a verb that writes says of each object: a line such as `pod/web created`, or the object in the format that -o names."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed
from minikube_py.cli_runtime.print_flags import PRINT_FLAGS
from minikube_py.cli_runtime.printers.managed_fields import OmitManagedFieldsPrinter, Printer
from minikube_py.cli_runtime.printers.name import NamePrinter, complete_operation

Object = dict[str, Any]

RESULT_FLAGS: tuple[Flag, ...] = tuple(
    f._replace(help=f.help.replace("wide, ", "").replace("custom-columns=..., ", "")) for f in PRINT_FLAGS
)

_FORMATS = (
    "go-template",
    "go-template-file",
    "json",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "name",
    "template",
    "templatefile",
    "yaml",
)


def make_result_printer(flags: Parsed, operation: str, dry_run: str = "none") -> Printer:
    """Return the printer for objects to which `operation` (created, labeled, ...) was done. Raises CliError for a bad -o."""
    output: str = flags["output"]
    if output in ("", "name"):
        return NamePrinter(complete_operation(operation, dry_run), short=output == "name")
    return _omit_managed_fields(_make_printer(output, flags), flags)


def check_output(flags: Parsed) -> None:
    """Raise CliError where -o names a format that results cannot be shown in."""
    make_result_printer(flags, "")


def _omit_managed_fields(printer: Printer, flags: Parsed) -> Printer:
    return printer if flags["show-managed-fields"] else OmitManagedFieldsPrinter(printer)


def _make_printer(output: str, flags: Parsed) -> Printer:
    if output == "yaml":
        from minikube_py.cli_runtime.printers.yaml import YAMLPrinter

        return YAMLPrinter()
    if output == "json":
        from minikube_py.cli_runtime.printers.json import JSONPrinter

        return JSONPrinter()
    if output.partition("=")[0] not in _FORMATS:
        allowed = ",".join(_FORMATS)
        raise CliError(f'unable to match a printer suitable for the output format "{output}", allowed formats are: {allowed}')
    from minikube_py.cli_runtime.printers.factory import make_printer

    printer: Printer = make_printer(output, flags)
    return printer
