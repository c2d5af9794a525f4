"""The template that a workload makes its pods from."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.metadata import write_annotations, write_labels
from minikube_py.kubectl.describe.pod_containers import write_containers
from minikube_py.kubectl.describe.pod_placement import write_tolerations, write_topology_spread
from minikube_py.kubectl.describe.pod_volumes import write_volumes
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

INDENT = "  "


def write_pod_template(template: Object | None, writer: Writer) -> None:
    """Write the template of pods."""
    writer.write(0, "Pod Template:\n")
    if template is None:
        writer.write(1, "<unset>")
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    write_labels(writer, f"{INDENT}Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        write_annotations(writer, f"{INDENT}Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        writer.field(1, "Service Account", spec["serviceAccountName"])
    if spec.get("initContainers"):
        write_containers("Init Containers", spec["initContainers"], writer, indent=INDENT)
    write_containers("Containers", spec.get("containers"), writer, indent=INDENT)
    write_volumes(spec.get("volumes"), writer, INDENT)
    write_topology_spread(spec.get("topologySpreadConstraints"), writer, INDENT)
    if spec.get("priorityClassName"):
        writer.field(1, "Priority Class Name", spec["priorityClassName"])
    write_labels(writer, f"{INDENT}Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(spec.get("tolerations"), writer, INDENT)
