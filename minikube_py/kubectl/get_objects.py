"""get in any format but a table: the objects themselves, one alone or several as a List."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.print_flags import make_flagged_get_printer
from minikube_py.kubectl.get_query import Found, flatten_lists, raise_errors

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]


def make_object_printer(flags: Parsed) -> Printer:
    """Return the printer that -o asks for; with --sort-by it sorts Lists. Raises CliError."""
    printer = make_flagged_get_printer(flags)
    if flags["decode"]:
        from minikube_py.cli_runtime.decoded_secrets import DecodedSecretsPrinter

        printer = DecodedSecretsPrinter(printer, as_string_data=flags["output"].lower() in ("yaml", "json", "neat"))
    if not flags["sort-by"]:
        return printer
    from minikube_py.cli_runtime.printers.sort import SortingPrinter

    return SortingPrinter(flags["sort-by"], printer)


def print_objects(flags: Parsed, factory: Factory, found: list[Found], errors: list[Exception], *, single: bool) -> None:
    """Print the one object that was named, else a List of all; then raise the errors."""
    if single:
        raise_errors(errors, listed=False)
    objects = [answer.object for answer in flatten_lists(found)]
    if not objects and flags["ignore-not-found"]:
        raise_errors(errors, listed=False)
        return
    printer = make_object_printer(flags)
    shown = objects[0] if single and len(objects) == 1 else make_list(objects)
    try:
        printer.print_obj(shown, factory.streams.stdout)
    except CliError as error:
        errors = [*errors, error]
    raise_errors(errors, listed=False)


def make_list(items: list[Object]) -> Object:
    """Return the List that kubectl makes of several objects."""
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
