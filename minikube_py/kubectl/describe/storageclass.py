"""Storage classes."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import format_labels
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE
from minikube_py.kubectl.describe.persistentvolume import write_term
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

DEFAULT_ANNOTATIONS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def describe(obj: Object, context: Context) -> None:
    """Write a storage class."""
    writer, annotations = context.writer, obj["metadata"].get("annotations") or {}
    writer.field(0, "Name", obj["metadata"]["name"])
    is_default = any(annotations.get(key) == "true" for key in DEFAULT_ANNOTATIONS)
    writer.field(0, "IsDefaultClass", "Yes" if is_default else "No")
    writer.field(0, "Annotations", format_labels(annotations))
    writer.field(0, "Provisioner", obj.get("provisioner", ""))
    writer.field(0, "Parameters", format_labels(obj.get("parameters")))
    expansion = obj.get("allowVolumeExpansion")
    writer.field(0, "AllowVolumeExpansion", "<unset>" if expansion is None else str(bool(expansion)))
    _write_mount_options(obj.get("mountOptions"), writer)
    if obj.get("reclaimPolicy") is not None:
        writer.field(0, "ReclaimPolicy", obj["reclaimPolicy"])
    if obj.get("volumeBindingMode") is not None:
        writer.field(0, "VolumeBindingMode", obj["volumeBindingMode"])
    if obj.get("allowedTopologies") is not None:
        _write_topologies(obj["allowedTopologies"], writer)
    write_events_of(obj, context)


def _write_mount_options(options: list[str] | None, writer: Writer) -> None:
    if not options:
        writer.field(0, "MountOptions", NONE)
        return
    writer.write(0, "MountOptions:\n")
    for option in options:
        writer.write(1, f"{option}\n")


def _write_topologies(topologies: list[Object], writer: Writer) -> None:
    writer.field(0, "AllowedTopologies", "" if topologies else NONE)
    for index, term in enumerate(topologies):
        write_term(1, f"Term {index}", [_format(e) for e in term.get("matchLabelExpressions") or ()], writer)


def _format(expression: Object) -> str:
    values = expression.get("values")
    return f"{expression.get('key', '')} in" + (f" [{', '.join(values)}]" if values else "")
