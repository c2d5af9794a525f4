"""What claims for volumes, and the templates of claims, have in common."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import canonical
from minikube_py.apis.core.persistent_storage import format_access_modes, storage_class_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def write_claim_template(template: Object, writer: Writer) -> None:
    """Write the template of a pod's own claim."""
    writer.field(0, "StorageClass", storage_class_of(template))
    writer.field(0, "Volume", template["spec"].get("volumeName", ""))
    write_labels_and_annotations(template, writer)
    write_claim_storage(template, writer)


def write_claim_storage(claim: Object, writer: Writer) -> None:
    """Write how much a bound claim has and how it may be used, and where its data come from."""
    spec, status = claim["spec"], claim.get("status") or {}
    bound = bool(spec.get("volumeName"))
    capacity = canonical((status.get("capacity") or {}).get("storage") or "0") if bound else ""
    writer.field(0, "Capacity", capacity)
    writer.field(0, "Access Modes", format_access_modes(status.get("accessModes")) if bound else "")
    if spec.get("volumeMode") is not None:
        writer.field(0, "VolumeMode", spec["volumeMode"])
    if (source := spec.get("dataSource")) is not None:
        writer.write(0, "DataSource:\n")
        if source.get("apiGroup") is not None:
            writer.field(1, "APIGroup", source["apiGroup"])
        writer.field(1, "Kind", source.get("kind", ""))
        writer.field(1, "Name", source.get("name", ""))
