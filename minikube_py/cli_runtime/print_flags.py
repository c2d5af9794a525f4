"""The flags that choose an output format, and the printer they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Flag, Parsed, flag

if TYPE_CHECKING:
    from minikube_py.cli_runtime.printers.factory import PrintFlags
    from minikube_py.cli_runtime.printers.managed_fields import Printer

PRINT_FLAGS: tuple[Flag, ...] = (
    flag(
        "output",
        "o",
        help="Format: wide, yaml, json, neat, name, jsonpath=..., custom-columns=..., go-template=... and their -file forms",
    ),
    flag("template", help="Template text or file for -o go-template and -o jsonpath"),
    flag("allow-missing-template-keys", default=True, help="Let templates name fields that are not there"),
    flag("show-managed-fields", default=False, help="Keep metadata.managedFields in the output"),
)


def make_flagged_printer(flags: Parsed, operation: str = "") -> Printer:
    """Return the printer that the flags choose; without -o the one that says `TYPE/NAME operation`. Raises CliError."""
    from minikube_py.cli_runtime.printers.factory import make_printer

    return make_printer(flags["output"], _print_flags(flags, operation))


def make_flagged_get_printer(flags: Parsed) -> Printer:
    """Return the printer that get's flags choose, which knows more formats. Raises CliError."""
    from minikube_py.cli_runtime.printers.factory import make_get_printer
    from minikube_py.cli_runtime.printers.table import PrintOptions

    return make_get_printer(flags["output"], _print_flags(flags), PrintOptions(no_headers=flags["no-headers"]))


def _print_flags(flags: Parsed, operation: str = "") -> PrintFlags:
    from minikube_py.cli_runtime.printers.factory import PrintFlags

    return PrintFlags(flags["template"], flags["allow-missing-template-keys"], flags["show-managed-fields"], operation)
