"""What a verb that writes says of each object: a line such as `pod/web created`, or the object in the format that -o names."""

from __future__ import annotations

from minikube_py.cli_runtime.flags import Flag, Parsed
from minikube_py.cli_runtime.print_flags import PRINT_FLAGS, make_flagged_printer
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.printers.name import NamePrinter, complete_operation

_FORMATS = "Format: yaml, json, neat, name, jsonpath=..., go-template=... and their -file forms"

RESULT_FLAGS: tuple[Flag, ...] = tuple(f._replace(help=_FORMATS) if f.name == "output" else f for f in PRINT_FLAGS)


def make_result_printer(flags: Parsed, operation: str, dry_run: str = "none") -> Printer:
    """Return the printer for objects to which `operation` (created, labeled, ...) was done. Raises CliError for a bad -o."""
    told = complete_operation(operation, dry_run)
    if flags["output"] in ("", "name") and not flags["template"]:
        return NamePrinter(told, short=flags["output"] == "name")
    return make_flagged_printer(flags, told)


def make_struct_printer(flags: Parsed, operation: str, dry_run: str = "none") -> Printer:
    """Return make_result_printer's, but with JSON as Go's structs are written: of verbs that hold their objects as such."""
    printer = make_result_printer(flags, operation, dry_run)
    if flags["output"] != "json":
        return printer
    from minikube_py.cli_runtime.printers.go_json import like_go

    return like_go(printer)


def check_output(flags: Parsed) -> None:
    """Raise CliError where -o names a format that results cannot be shown in."""
    make_result_printer(flags, "")
