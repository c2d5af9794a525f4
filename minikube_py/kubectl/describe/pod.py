"""Pods."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.pod_qos import compute_qos
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import search_events, write_events
from minikube_py.kubectl.describe.metadata import NONE, write_controller, write_labels, write_labels_and_annotations
from minikube_py.kubectl.describe.pod_containers import write_containers, write_resources, write_seccomp_profile
from minikube_py.kubectl.describe.pod_placement import write_tolerations, write_topology_spread
from minikube_py.kubectl.describe.pod_volumes import write_volumes
from minikube_py.kubectl.describe.times import format_since, format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

MIRROR_ANNOTATION = "kubernetes.io/config.mirror"


def describe(obj: Object, context: Context) -> None:
    """Write a pod."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    _write_place(obj, writer)
    write_labels_and_annotations(obj, writer)
    _write_status(obj, context)
    _write_addresses(obj, writer)
    if spec.get("resources") is not None:
        writer.write(0, "Resources:\n")
        write_resources(spec["resources"], writer, 1)
    _write_all_containers(obj, writer)
    _write_readiness_gates(spec, status, writer)
    _write_conditions(status, writer)
    write_volumes(spec.get("volumes"), writer)
    writer.field(0, "QoS Class", status.get("qosClass") or compute_qos(spec))
    write_labels(writer, "Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(spec.get("tolerations"), writer)
    write_topology_spread(spec.get("topologySpreadConstraints"), writer)
    if context.show_events:
        write_events(_search_events(obj["metadata"], context), writer, context.now)


def _write_place(pod: Object, writer: Writer) -> None:
    spec, status = pod["spec"], pod.get("status") or {}
    writer.field(0, "Name", pod["metadata"]["name"])
    writer.field(0, "Namespace", pod["metadata"].get("namespace", ""))
    if spec.get("priority") is not None:
        writer.field(0, "Priority", spec["priority"])
    if spec.get("priorityClassName"):
        writer.field(0, "Priority Class Name", spec["priorityClassName"])
    if spec.get("runtimeClassName"):
        writer.field(0, "Runtime Class Name", spec["runtimeClassName"])
    if spec.get("serviceAccountName"):
        writer.field(0, "Service Account", spec["serviceAccountName"])
    node = spec.get("nodeName")
    writer.field(0, "Node", f"{node}/{status.get('hostIP', '')}" if node else NONE)
    if status.get("startTime"):
        writer.field(0, "Start Time", format_time(status["startTime"]))


def _write_status(pod: Object, context: Context) -> None:
    writer, metadata, status = context.writer, pod["metadata"], pod.get("status") or {}
    phase = status.get("phase", "")
    if metadata.get("deletionTimestamp") and phase not in ("Failed", "Succeeded"):
        writer.field(0, "Status", f"Terminating (lasts {format_since(metadata['deletionTimestamp'], context.now)})")
        writer.field(0, "Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        writer.field(0, "Status", phase)
    if status.get("reason"):
        writer.field(0, "Reason", status["reason"])
    if status.get("message"):
        writer.field(0, "Message", status["message"])
    write_seccomp_profile(pod["spec"], writer, 0, 0)


def _write_addresses(pod: Object, writer: Writer) -> None:
    status = pod.get("status") or {}
    writer.field(0, "IP", status.get("podIP", ""))
    if addresses := status.get("podIPs"):
        writer.write(0, "IPs:\n")
        for address in addresses:
            writer.field(1, "IP", address.get("ip", ""))
    else:
        writer.field(0, "IPs", NONE)
    write_controller(pod, writer)
    if status.get("nominatedNodeName"):
        writer.field(0, "NominatedNodeName", status["nominatedNodeName"])


def _write_all_containers(pod: Object, writer: Writer) -> None:
    spec, status = pod["spec"], pod.get("status") or {}
    if spec.get("initContainers"):
        write_containers("Init Containers", spec["initContainers"], writer, status.get("initContainerStatuses"), pod)
    write_containers("Containers", spec.get("containers"), writer, status.get("containerStatuses"), pod)
    if spec.get("ephemeralContainers"):
        statuses = status.get("ephemeralContainerStatuses")
        write_containers("Ephemeral Containers", spec["ephemeralContainers"], writer, statuses, pod)


def _write_readiness_gates(spec: Object, status: Object, writer: Writer) -> None:
    if not spec.get("readinessGates"):
        return
    found = {c["type"]: c.get("status", "") for c in reversed(status.get("conditions") or ())}
    writer.write(0, "Readiness Gates:\n  Type\tStatus\n")
    for gate in spec["readinessGates"]:
        writer.write(1, f"{gate['conditionType']} \t{found.get(gate['conditionType'], NONE)} \n")


def _write_conditions(status: Object, writer: Writer) -> None:
    if not status.get("conditions"):
        return
    writer.write(0, "Conditions:\n  Type\tStatus\n")
    for condition in status["conditions"]:
        writer.write(1, f"{condition.get('type', '')} \t{condition.get('status', '')} \n")


def _search_events(metadata: Object, context: Context) -> list[Object]:
    """Find events by uid; those of a mirror pod are recorded under the uid of its file."""
    uid: str = (metadata.get("annotations") or {}).get(MIRROR_ANNOTATION) or metadata.get("uid", "")
    return search_events(context, metadata, uid=uid)


def describe_missing(name: str, namespace: str, error: Exception, context: Context) -> bool:
    """Write the events about a pod that is not there; return whether there are any."""
    events = search_events(context, {"name": name, "namespace": namespace})
    if events:
        context.writer.write(0, f"Pod '{name}': error '{error}', but found events.\n")
        write_events(events, context.writer, context.now)
    return bool(events)
