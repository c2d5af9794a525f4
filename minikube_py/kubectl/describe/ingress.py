"""Ingresses, with the addresses behind their backends."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.resources import SERVICES
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.endpoint_addresses import find_slices, format_addresses
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_annotations, write_labels
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write an ingress."""
    writer, metadata, spec = context.writer, obj["metadata"], obj["spec"]
    namespace = metadata.get("namespace", "")
    writer.field(0, "Name", metadata["name"])
    write_labels(writer, "Labels", metadata.get("labels"))
    writer.field(0, "Namespace", namespace)
    writer.field(0, "Address", _format_addresses(obj))
    writer.field(0, "Ingress Class", spec.get("ingressClassName", NONE))
    default = spec.get("defaultBackend")
    default_text = "<default>" if default is None else _format_backend(default, namespace, context)
    writer.field(0, "Default backend", default_text)
    if spec.get("tls"):
        _write_tls(spec["tls"], writer)
    _write_rules(obj, default_text, context)
    write_annotations(writer, "Annotations", metadata.get("annotations"))
    write_events_of(obj, context)


def _format_addresses(obj: Object) -> str:
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({entry.get("ip") or entry.get("hostname") or "" for entry in ingress} - {""}))


def _write_tls(entries: list[Object], writer: Writer) -> None:
    writer.write(0, "TLS:\n")
    for entry in entries:
        hosts = ",".join(entry.get("hosts") or ())
        secret = entry.get("secretName")
        writer.write(1, f"{secret} terminates {hosts}\n" if secret else f"SNI routes {hosts}\n")


def _write_rules(obj: Object, default: str, context: Context) -> None:
    writer, namespace = context.writer, obj["metadata"].get("namespace", "")
    writer.write(0, "Rules:\n  Host\tPath\tBackends\n")
    writer.write(1, "----\t----\t--------\n")
    rules = [rule for rule in obj["spec"].get("rules") or () if rule.get("http") is not None]
    for rule in rules:
        writer.write(1, f"{rule.get('host') or '*'}\t\n")
        for path in rule["http"].get("paths") or ():
            writer.write(2, f"\t{path.get('path', '')} \t{_format_backend(path['backend'], namespace, context)}\n")
    if not rules:
        writer.write(1, f"*\t*\t{default}\n")


def _format_backend(backend: Object, namespace: str, context: Context) -> str:
    """Return `web:80 (10.0.0.1:8080)`, with what went wrong in place of addresses that cannot be had."""
    if (service := backend.get("service")) is not None:
        port = service.get("port") or {}
        name = f"{service.get('name', '')}:{port.get('number') or port.get('name', '')}"
        try:
            return f"{name} ({_find_addresses(service, namespace, context)})"
        except StatusError as error:
            return f"{name} (<error: {error}>)"
    if (resource := backend.get("resource")) is not None:
        group, kind = resource.get("apiGroup", NONE), resource.get("kind", "")
        return f"APIGroup: {group}, Kind: {kind}, Name: {resource.get('name', '')}"
    return ""


def _find_addresses(backend: Object, namespace: str, context: Context) -> str:
    port = backend.get("port") or {}
    slices = find_slices(backend["name"], namespace, context)
    service = context.client.get(SERVICES, backend["name"], namespace)
    chosen = ""
    for candidate in service["spec"].get("ports") or ():
        name = candidate.get("name") or ""
        if (port.get("number") and port["number"] == candidate.get("port")) or (port.get("name") and port["name"] == name):
            chosen = name
    return format_addresses(slices, chosen)
