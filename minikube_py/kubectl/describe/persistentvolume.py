"""Persistent volumes."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import canonical
from minikube_py.apis.core.persistent_storage import format_access_modes, storage_class_of
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_labels_and_annotations
from minikube_py.kubectl.describe.times import format_since
from minikube_py.kubectl.describe.volume_sources import PERSISTENT_SOURCES, write_attributes, write_source
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a persistent volume."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Finalizers", f"[{' '.join(obj['metadata'].get('finalizers') or ())}]")
    writer.field(0, "StorageClass", storage_class_of(obj))
    writer.field(0, "Status", format_phase(obj, context.now))
    claim = spec.get("claimRef")
    writer.field(0, "Claim", "" if claim is None else f"{claim.get('namespace', '')}/{claim.get('name', '')}")
    writer.field(0, "Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    writer.field(0, "Access Modes", format_access_modes(spec.get("accessModes")))
    if spec.get("volumeMode") is not None:
        writer.field(0, "VolumeMode", spec["volumeMode"])
    writer.field(0, "Capacity", canonical((spec.get("capacity") or {}).get("storage") or "0"))
    _write_node_affinity((spec.get("nodeAffinity") or {}).get("required"), writer)
    writer.field(0, "Message", status.get("message", ""))
    _write_source(spec, writer)
    write_events_of(obj, context)


def format_phase(obj: Object, now: float) -> str:
    """Return the phase of a volume or claim, or that it is going away."""
    if stamp := obj["metadata"].get("deletionTimestamp"):
        return f"Terminating (lasts {format_since(stamp, now)})"
    return str((obj.get("status") or {}).get("phase", ""))


def _write_node_affinity(required: Object | None, writer: Writer) -> None:
    if required is None:
        writer.field(0, "Node Affinity", NONE)
        return
    writer.field(0, "Node Affinity", "")
    terms = required.get("nodeSelectorTerms") or []
    writer.field(1, "Required Terms", "" if terms else NONE)
    for index, term in enumerate(terms):
        write_term(2, f"Term {index}", [_format_expression(e) for e in term.get("matchExpressions") or ()], writer)


def write_term(level: int, title: str, lines: list[str], writer: Writer) -> None:
    """Write the expressions of a term, one a line, or `<none>`."""
    writer.field(level, title, lines[0] if lines else NONE)
    for line in lines[1:]:
        writer.write(level, f"\t{line}\n")


def _format_expression(expression: Object) -> str:
    text = f"{expression.get('key', '')} {expression.get('operator', '').lower()}"
    values = expression.get("values")
    return f"{text} [{', '.join(values)}]" if values else text


def _write_source(spec: Object, writer: Writer) -> None:
    writer.write(0, "Source:\n")
    kind = next((kind for kind in spec if kind in PERSISTENT_SOURCES), None)
    if kind is None:
        writer.write(1, "<unknown>\n")
        return
    write_source(PERSISTENT_SOURCES[kind], spec[kind], writer, persistent=True)
    if kind == "csi":
        write_attributes(spec[kind].get("volumeAttributes"), writer)
