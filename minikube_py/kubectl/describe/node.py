"""Nodes, with their lease and the pods on them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import Forbidden, StatusError
from minikube_py.apimachinery.quantity import canonical
from minikube_py.client.resources import LEASES, PODS
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import search_events, write_events
from minikube_py.kubectl.describe.metadata import NONE, write_labels_and_annotations
from minikube_py.kubectl.describe.node_resources import write_node_resources
from minikube_py.kubectl.describe.pod_placement import write_taints
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"
LEASE_NAMESPACE = "kube-node-lease"
SYSTEM_INFO = (
    *(("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID")),
    *(("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem")),
    *(("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion")),
    *(("Kubelet Version", "kubeletVersion"), ("Kube-Proxy Version", "kubeProxyVersion")),
)


def describe(obj: Object, context: Context) -> None:
    """Write a node."""
    writer, metadata, spec, status = context.writer, obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    pods = _list_pods(metadata["name"], context)
    writer.field(0, "Name", metadata["name"])
    writer.field(0, "Roles", ",".join(find_roles(metadata.get("labels") or {})) or NONE)
    write_labels_and_annotations(obj, writer)
    writer.field(0, "CreationTimestamp", format_time(metadata.get("creationTimestamp")))
    write_taints(spec.get("taints"), writer)
    writer.field(0, "Unschedulable", "true" if spec.get("unschedulable") else "false")
    _write_lease(metadata["name"], context)
    _write_conditions(status, writer)
    _write_addresses_and_capacity(status, writer)
    _write_system_info(status, writer)
    _write_network(spec, writer)
    if pods is None:
        writer.field(0, "Pods", "not authorized")
    else:
        write_node_resources(pods, obj, writer, context.now)
    if context.show_events:
        write_events(_search_events(metadata, context), writer, context.now)


def find_roles(labels: dict[str, str]) -> list[str]:
    """Return the roles that a node's labels name."""
    roles = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX)} | {labels.get(ROLE_LABEL, "")}
    return sorted(roles - {""})


def _list_pods(node: str, context: Context) -> list[Object] | None:
    """Return the pods on a node that have not ended, None where they may not be seen."""
    selector = f"spec.nodeName={node},status.phase!=Succeeded,status.phase!=Failed"
    try:
        return context.list(PODS, "", field_selector=selector)
    except Forbidden:
        return None


def _write_lease(node: str, context: Context) -> None:
    writer = context.writer
    try:
        spec = context.client.get(LEASES, node, LEASE_NAMESPACE).get("spec") or {}
    except StatusError as error:
        writer.field(0, "Lease", f"Failed to get lease: {error}")
        return
    writer.write(0, "Lease:\n")
    writer.field(1, "HolderIdentity", spec.get("holderIdentity", "<unset>"))
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        writer.field(1, title, format_time(spec[field]) if spec.get(field) else "<unset>")


def _write_conditions(status: Object, writer: Writer) -> None:
    if not status.get("conditions"):
        return
    writer.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n")
    writer.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n")
    for condition in status["conditions"]:
        times = [format_time(condition.get(field)) for field in ("lastHeartbeatTime", "lastTransitionTime")]
        texts = [condition.get(field, "") for field in ("type", "status")]
        why = [condition.get(field, "") for field in ("reason", "message")]
        writer.write(1, " \t".join([*texts, *times, *why]) + "\n")


def _write_addresses_and_capacity(status: Object, writer: Writer) -> None:
    writer.write(0, "Addresses:\n")
    for address in status.get("addresses") or ():
        writer.field(1, address.get("type", ""), address.get("address", ""))
    for title in ("Capacity", "Allocatable"):
        amounts = status.get(title.lower()) or {}
        if amounts:
            writer.write(0, f"{title}:\n")
        for name in sorted(amounts):
            writer.field(1, name, canonical(amounts[name]))


def _write_system_info(status: Object, writer: Writer) -> None:
    info = status.get("nodeInfo") or {}
    writer.write(0, "System Info:\n")
    for title, field in SYSTEM_INFO:
        writer.field(1, title, info.get(field, ""))


def _write_network(spec: Object, writer: Writer) -> None:
    if spec.get("podCIDR"):
        writer.field(0, "PodCIDR", spec["podCIDR"])
    if spec.get("podCIDRs"):
        writer.field(0, "PodCIDRs", ",".join(spec["podCIDRs"]))
    if spec.get("providerID"):
        writer.field(0, "ProviderID", spec["providerID"])


def _search_events(metadata: Object, context: Context) -> list[Object]:
    """Find events of controllers, which name the node's uid, and of the kubelet, which names the node twice."""
    about = {"name": metadata["name"]}
    found = search_events(context, about, kind="Node", uid=metadata.get("uid", ""))
    return found + search_events(context, about, kind="Node", uid=metadata["name"])
