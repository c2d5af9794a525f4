"""Endpoint slices."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_head
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

UNSET = "<unset>"


def describe(obj: Object, context: Context) -> None:
    """Write an endpoint slice."""
    writer = context.writer
    write_head(obj, writer)
    writer.field(0, "AddressType", obj.get("addressType", ""))
    _write_ports(obj.get("ports"), writer)
    if obj.get("endpoints"):
        writer.write(0, "Endpoints:\n")
        for endpoint in obj["endpoints"]:
            _write_endpoint(endpoint, writer)
    else:
        writer.write(0, f"Endpoints: {NONE}\n")
    write_events_of(obj, context)


def _write_ports(ports: list[Object] | None, writer: Writer) -> None:
    if not ports:
        writer.write(0, f"Ports: {UNSET}\n")
        return
    writer.write(0, "Ports:\n")
    writer.write(1, "Name\tPort\tProtocol\n")
    writer.write(1, "----\t----\t--------\n")
    for port in ports:
        writer.write(1, f"{port.get('name') or UNSET}\t{port.get('port', UNSET)}\t{port.get('protocol', '')}\n")


def _write_endpoint(endpoint: Object, writer: Writer) -> None:
    writer.field(1, "- Addresses", ", ".join(endpoint.get("addresses") or ()) or NONE)
    ready = (endpoint.get("conditions") or {}).get("ready")
    writer.write(2, "Conditions:\n")
    writer.field(3, "Ready", UNSET if ready is None else str(ready).lower())
    writer.field(2, "Hostname", endpoint.get("hostname", UNSET))
    if (target := endpoint.get("targetRef")) is not None:
        writer.field(2, "TargetRef", f"{target.get('kind', '')}/{target.get('name', '')}")
    writer.field(2, "NodeName", endpoint.get("nodeName", UNSET))
    writer.field(2, "Zone", endpoint.get("zone", UNSET))
