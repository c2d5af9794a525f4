"""Services, with the addresses behind them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_labels
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.endpoint_addresses import find_slices, format_addresses
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_head
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a service."""
    writer, spec = context.writer, obj["spec"]
    slices = find_slices(obj["metadata"]["name"], obj["metadata"].get("namespace", ""), context)
    write_head(obj, writer)
    writer.field(0, "Selector", format_labels(spec.get("selector")))
    writer.field(0, "Type", spec.get("type", ""))
    _write_addresses(obj, writer)
    for port in spec.get("ports") or ():
        _write_port(port, slices, writer)
    _write_policies(spec, writer)
    write_events_of(obj, context)


def _write_addresses(service: Object, writer: Writer) -> None:
    spec = service["spec"]
    if spec.get("ipFamilyPolicy") is not None:
        writer.field(0, "IP Family Policy", spec["ipFamilyPolicy"])
    writer.field(0, "IP Families", ",".join(spec["ipFamilies"]) if spec.get("ipFamilies") else NONE)
    writer.field(0, "IP", spec.get("clusterIP", ""))
    writer.field(0, "IPs", ",".join(spec["clusterIPs"]) if spec.get("clusterIPs") else NONE)
    if spec.get("externalIPs"):
        writer.field(0, "External IPs", ",".join(spec["externalIPs"]))
    if spec.get("loadBalancerIP"):
        writer.field(0, "Desired LoadBalancer IP", spec["loadBalancerIP"])
    if spec.get("externalName"):
        writer.field(0, "External Name", spec["externalName"])
    balanced = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if balanced:
        writer.field(0, "LoadBalancer Ingress", ", ".join(map(_format_ingress, balanced)))


def _format_ingress(ingress: Object) -> str:
    if not ingress.get("ip"):
        return str(ingress.get("hostname", ""))
    mode = f" ({ingress['ipMode']})" if ingress.get("ipMode") is not None else ""
    return f"{ingress['ip']}{mode}"


def _write_port(port: Object, slices: list[Object], writer: Writer) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "")
    writer.field(0, "Port", f"{name}\t{port.get('port', 0)}/{protocol}")
    writer.field(0, "TargetPort", f"{port.get('targetPort', 0)}/{protocol}")
    if port.get("nodePort"):
        writer.field(0, "NodePort", f"{name}\t{port['nodePort']}/{protocol}")
    writer.field(0, "Endpoints", format_addresses(slices, port.get("name") or ""))


def _write_policies(spec: Object, writer: Writer) -> None:
    writer.field(0, "Session Affinity", spec.get("sessionAffinity", ""))
    if spec.get("externalTrafficPolicy"):
        writer.field(0, "External Traffic Policy", spec["externalTrafficPolicy"])
    if spec.get("internalTrafficPolicy") is not None:
        writer.field(0, "Internal Traffic Policy", spec["internalTrafficPolicy"])
    if spec.get("healthCheckNodePort"):
        writer.field(0, "HealthCheck NodePort", spec["healthCheckNodePort"])
    if spec.get("loadBalancerSourceRanges"):
        writer.field(0, "LoadBalancer Source Ranges", ",".join(spec["loadBalancerSourceRanges"]))
