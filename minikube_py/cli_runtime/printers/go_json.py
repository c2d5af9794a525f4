"""`-o json` of objects that kubectl holds as Go structs: what `create` generates, and what `cluster-info dump` lists."""

from __future__ import annotations

import json
from typing import Any, TextIO

from minikube_py.cli_runtime.last_applied import HTML_ESCAPES
from minikube_py.cli_runtime.printers.managed_fields import OmitManagedFieldsPrinter, Printer

Object = dict[str, Any]


class GoJSONPrinter:
    """Prints objects with their fields in the order of Go's structs."""

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object, or a list."""
        from minikube_py.apis.go_order import order_object

        out.write(json.dumps(order_object(obj), indent=4, ensure_ascii=False).translate(HTML_ESCAPES) + "\n")


def like_go(printer: Printer) -> Printer:
    """Return the printer that prints JSON as structs are written, and leaves out what `printer` leaves out."""
    ordered = GoJSONPrinter()
    return OmitManagedFieldsPrinter(ordered) if isinstance(printer, OmitManagedFieldsPrinter) else ordered
