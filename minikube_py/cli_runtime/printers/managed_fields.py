"""Leaves `metadata.managedFields` out of what another printer prints."""

from __future__ import annotations

from typing import Any, Protocol, TextIO

Object = dict[str, Any]


class Printer(Protocol):
    """What prints an object. `obj` is a plain JSON object, a List with items, or a watch event `{type, object}`."""

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object to `out`; CliError when it cannot."""


class OmitManagedFieldsPrinter:
    """Prints through `delegate` without managedFields; the object given is not changed. Watch events pass as they are."""

    def __init__(self, delegate: Printer) -> None:
        self.delegate = delegate

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object, or every item of the list."""
        if "items" in obj and isinstance(obj["items"], list):
            obj = {**obj, "items": [_omit(item) for item in obj["items"]]}
        self.delegate.print_obj(_omit(obj), out)


def _omit(obj: Any) -> Any:
    metadata = obj.get("metadata") if isinstance(obj, dict) else None
    if not metadata or "managedFields" not in metadata:
        return obj
    return {**obj, "metadata": {key: value for key, value in metadata.items() if key != "managedFields"}}
