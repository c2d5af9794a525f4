"""`-o name`, and the line a verb prints when it is done: `pod/web`, `deployment.apps/web created`."""

from __future__ import annotations

from typing import Any, TextIO

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.json import check_kind, is_watch_event

Object = dict[str, Any]


class NamePrinter:
    """Prints `kind.group/name`, with the operation behind it unless `short` (which `-o name` asks for).

    `operation` is what was done, `created` or `created (dry run)`; see `complete_operation`.
    """

    def __init__(self, operation: str = "", short: bool = False) -> None:
        self._suffix = f" {operation}" if operation and not short else ""

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the line of an object, or one a line of a list's items."""
        if is_watch_event(obj):
            obj = obj["object"]
        if isinstance(obj.get("items"), list):
            for item in obj["items"]:
                self.print_obj(item, out)
            return
        check_kind(obj)
        metadata = obj.get("metadata")
        name = (metadata.get("name") if isinstance(metadata, dict) else "") or "<unknown>"
        if not obj.get("kind"):
            raise CliError(f"missing kind for resource with name {name}")
        out.write(f"{format_kind(obj)}/{name}{self._suffix}\n")


def format_kind(obj: Object) -> str:
    """Return `pod` or `deployment.apps`: the kind in lower case, with its group."""
    group, slash, _ = str(obj.get("apiVersion", "")).partition("/")
    kind = str(obj["kind"]).lower()
    return f"{kind}.{group}" if slash else kind


def complete_operation(operation: str, dry_run: str = "none") -> str:
    """Return the operation as it is told for `--dry-run=none|client|server`."""
    return operation + {"client": " (dry run)", "server": " (server dry run)"}.get(dry_run, "")
