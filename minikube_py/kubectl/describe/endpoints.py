"""Endpoints."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_head
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write endpoints."""
    writer = context.writer
    write_head(obj, writer)
    writer.write(0, "Subsets:\n")
    for subset in obj.get("subsets") or ():
        for title, field in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            writer.field(1, title, ",".join(address.get("ip", "") for address in subset.get(field) or ()) or NONE)
        _write_ports(subset.get("ports"), writer)
        writer.write(0, "\n")
    write_events_of(obj, context)


def _write_ports(ports: list[Object] | None, writer: Writer) -> None:
    if not ports:
        return
    writer.write(1, "Ports:\n")
    writer.write(2, "Name\tPort\tProtocol\n")
    writer.write(2, "----\t----\t--------\n")
    for port in ports:
        writer.write(2, f"{port.get('name') or '<unset>'}\t{port.get('port', 0)}\t{port.get('protocol', '')}\n")
