"""`-o json`: four spaces, keys sorted, HTML characters escaped, as Go's encoder does it."""

from __future__ import annotations

from typing import Any, TextIO

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_format import encode_json

Object = dict[str, Any]

_NO_KIND = "missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type"


class JSONPrinter:
    """Prints one object, or a watch event `{type, object}` on one line, its type first."""

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object; CliError when it says neither apiVersion nor kind."""
        if is_watch_event(obj):
            out.write(f'{{"type":{encode_json(obj["type"])},"object":{encode_json(obj["object"])}}}\n')
            return
        check_kind(obj)
        out.write(encode_json(obj, "    ") + "\n")


def is_watch_event(obj: Object) -> bool:
    """Whether this is `{type, object}` rather than an object."""
    return "kind" not in obj and "type" in obj and "object" in obj


def check_kind(obj: Object) -> None:
    """Raise CliError when the object says neither apiVersion nor kind."""
    if not obj.get("apiVersion") and not obj.get("kind"):
        raise CliError(_NO_KIND)
