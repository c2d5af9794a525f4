"""get for people: a table for each type, as the server made it, or of names and ages.

Read by `mk get pods`: this module imports nothing heavy.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, TextIO

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.table import PrintOptions, TablePrinter
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.kubectl.get_query import Found, flatten_lists

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed
    from minikube_py.cli_runtime.printers.managed_fields import Printer
    from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]


class SeparatedOutput:
    """A stream that knows whether anything was written, and puts an empty line before the next text when told to."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.written = False
        self._separate = False

    def write(self, text: str) -> int:
        """Write, after an empty line where one is due."""
        if text:
            self._out.write("\n" + text if self._separate else text)
            self._separate = False
            self.written = True
        return len(text)

    def separate(self) -> None:
        """Let an empty line stand before the next text, if there is text before it."""
        self._separate = self.written


class Tables:
    """Prints answers of one type after the other; rows of one type stand in one table."""

    def __init__(self, flags: Parsed, factory: Factory) -> None:
        self._flags, self._factory = flags, factory
        self._with_namespace = False  # from the first namespaced type on, with -A: kubectl keeps the column for those behind it

    def print(self, found: list[Found]) -> bool:
        """Print all answers and return whether there was anything to show. Raises CliError for a wrong --sort-by."""
        found = list(flatten_lists(found))
        with_kind = len({resource for resource, _ in found}) > 1
        if self._flags["sort-by"] and len(found) > 1:
            found = _sort(found, self._flags["sort-by"])
        out = SeparatedOutput(self._factory.streams.stdout)
        with_namespace = False
        for resource, answers in groupby(found, lambda answer: answer.resource):
            if not self._flags["no-headers"]:
                out.separate()
            writer = new_table_writer(out)  # type: ignore[arg-type]
            with_namespace = with_namespace or resource.namespaced  # kubectl never switches the column off again
            printer = self.make_printer(resource, with_namespace=with_namespace, with_kind=with_kind)
            for _, obj in answers:
                with suppress(CliError):  # kubectl says nothing of a --sort-by that its table cannot follow
                    printer.print_obj(obj, writer)  # type: ignore[arg-type]
            writer.flush()
        return out.written

    def make_printer(self, resource: ResourceInfo, *, with_namespace: bool, with_kind: bool = False) -> Printer:
        """Return the printer for one type's answers and watch events."""
        flags = self._flags
        with_kind = with_kind or flags["show-kind"]
        self._with_namespace = self._with_namespace or (flags["all-namespaces"] and with_namespace)
        options = PrintOptions(
            no_headers=flags["no-headers"],
            wide=flags["output"] == "wide",
            with_namespace=self._with_namespace,
            with_kind=with_kind,
            kind=resource.qualified_kind if with_kind else "",
            show_labels=flags["show-labels"],
            column_labels=tuple(flags["label-columns"]),
        )
        printer = TablePrinter(options, self._tell_age)
        if not flags["sort-by"]:
            return printer
        from minikube_py.cli_runtime.printers.sort import SortingPrinter

        return SortingPrinter(flags["sort-by"], printer)

    def _tell_age(self, stamp: str) -> str:
        from minikube_py.apis.columns import tell_since

        return tell_since(stamp, self._factory.cluster_clock.now())


def _sort(found: list[Found], field: str) -> list[Found]:
    """Sort answers among one another. Tables have none of their rows' fields: several types cannot be sorted, as in kubectl."""
    from minikube_py.cli_runtime.printers.sort import sort_objects

    by_object = {id(answer.object): answer for answer in found}
    return [by_object[id(obj)] for obj in sort_objects([answer.object for answer in found], field)]
