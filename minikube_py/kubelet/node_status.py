"""The Node object of a kubelet: made when it starts, its status told every five minutes, its lease renewed every ten seconds.

https://kubernetes.io/docs/reference/node/node-status/
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from minikube_py.apimachinery.errors import AlreadyExists, Conflict, NotFound
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.resources import LEASES, NODES
from minikube_py.component_base.clock import Clock, format_rfc3339, format_rfc3339_micro
from minikube_py.component_base.version import KUBERNETES_VERSION
from minikube_py.kubelet.images.catalogue import Image
from minikube_py.kubelet.interfaces import Client, Object

HEARTBEAT_SECONDS = 300.0
LEASE_SECONDS = 10.0
LEASE_DURATION = 40
LEASE_NAMESPACE = "kube-node-lease"
MAX_IMAGES = 50
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "AMD64": "amd64", "arm64": "arm64"}


@dataclass(frozen=True)
class NodeInfo:
    """What a node is. Amounts are quantities; `labels` come on top of those every node has; `info` is status.nodeInfo."""

    name: str
    ip: str
    capacity: Mapping[str, str]
    allocatable: Mapping[str, str]
    info: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)


def make_capacity(cpus: int, memory_bytes: int, storage_bytes: int, pods: int = 110) -> dict[str, str]:
    """Return a node's capacity."""
    return {
        "cpu": str(cpus),
        "ephemeral-storage": f"{storage_bytes // 1024}Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": f"{memory_bytes // 1024}Ki",
        "pods": str(pods),
    }


def make_node_info(machine_id: str, system_uuid: str, boot_id: str, os_image: str, runtime_version: str) -> dict[str, str]:
    """Return status.nodeInfo of this machine. `runtime_version` is such as `containerd://1.7.27`."""
    return {
        "architecture": get_architecture(),
        "bootID": boot_id,
        "containerRuntimeVersion": runtime_version,
        "kernelVersion": platform.release(),
        "kubeProxyVersion": "",
        "kubeletVersion": KUBERNETES_VERSION,
        "machineID": machine_id,
        "operatingSystem": get_operating_system(),
        "osImage": os_image,
        "systemUUID": system_uuid,
    }


def get_architecture() -> str:
    """Return the machine's architecture as Go names it."""
    machine = platform.machine()
    return ARCHITECTURES.get(machine, machine)


def get_operating_system() -> str:
    """Return the operating system as Go names it: linux, darwin, windows."""
    return platform.system().lower()


_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def make_conditions(previous: Iterable[Object], now: float) -> list[Object]:
    """Return a healthy node's conditions; one whose status stays keeps its lastTransitionTime."""
    before = {condition["type"]: condition for condition in previous}
    stamp = format_rfc3339(now)
    made: list[Object] = []
    for name, status, reason, message in _CONDITIONS:
        known = before.pop(name, None)
        since = known["lastTransitionTime"] if known is not None and known["status"] == status else stamp
        made.append(
            {
                "type": name,
                "status": status,
                "reason": reason,
                "message": message,
                "lastHeartbeatTime": stamp,
                "lastTransitionTime": since,
            }
        )
    return [*before.values(), *made]


def make_images(images: Iterable[Image]) -> list[Object]:
    """Return status.images, the largest first."""
    entries = []
    for image in images:
        names = [image.image_id, image.reference]
        entries.append({"names": list(dict.fromkeys(names)), "sizeBytes": image.size})
    return sorted(entries, key=lambda entry: (-int(str(entry["sizeBytes"])), str(entry["names"])))[:MAX_IMAGES]


def make_labels(info: NodeInfo) -> dict[str, str]:
    """Return the labels that every kubelet gives its node, and the node's own."""
    arch, system = get_architecture(), get_operating_system()
    return {
        "beta.kubernetes.io/arch": arch,
        "beta.kubernetes.io/os": system,
        "kubernetes.io/arch": arch,
        "kubernetes.io/hostname": info.name,
        "kubernetes.io/os": system,
        **info.labels,
    }


def make_status(info: NodeInfo, previous: Object, images: Iterable[Image], now: float) -> Object:
    """Return a node's status."""
    return {
        **previous,
        "addresses": [{"type": "InternalIP", "address": info.ip}, {"type": "Hostname", "address": info.name}],
        "allocatable": dict(info.allocatable),
        "capacity": dict(info.capacity),
        "conditions": make_conditions(previous.get("conditions") or (), now),
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "images": make_images(images),
        "nodeInfo": dict(info.info),
    }


def is_believed_lost(node: Object) -> bool:
    """Return whether the node lifecycle controller has heard nothing of a node for too long."""
    ready = find_condition((node.get("status") or {}).get("conditions") or (), "Ready")
    return ready is not None and ready["status"] == "Unknown" and str(ready.get("reason")).startswith("NodeStatus")


class NodeStatus:
    """Keeps one node's object and lease. `tick` is to be called when the delay it returned is over."""

    def __init__(self, client: Client, clock: Clock, info: NodeInfo) -> None:
        self._client = client
        self._clock = clock
        self._info = info
        self._told_at: float | None = None
        self._told: Object = {}
        self._renew_at: float | None = None
        self._lease: Object | None = None  # as it was written last

    def register(self) -> Object:
        """Create the node's object, or bring the labels of the one there is up to date. Return it."""
        info = self._info
        node: Object = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": info.name, "labels": make_labels(info), "annotations": dict(info.annotations)},
            "spec": dict(info.spec),
            "status": make_status(info, {}, (), self._clock.now()),
        }
        try:
            return self._client.create(NODES, node)
        except AlreadyExists:
            found = self._client.get(NODES, info.name)
        labels = found["metadata"].get("labels") or {}
        missing = {key: value for key, value in make_labels(info).items() if labels.get(key) != value}
        if missing:
            found = self._client.patch(NODES, info.name, {"metadata": {"labels": missing}})
        return found

    def tick(self, images: Iterable[Image], node: Object | None = None) -> float:
        """Renew the lease, and tell the status if it is time or others believe the node lost. Return the seconds until the next call."""
        now = self._clock.now()
        if self._renew_at is None or now >= self._renew_at:
            self._renew_lease(now)
        shown = make_images(images)
        lost = node is not None and is_believed_lost(node)
        if lost or self._told_at is None or now - self._told_at >= HEARTBEAT_SECONDS or shown != self._told.get("images"):
            self._tell_status(images, now)
        assert self._renew_at is not None
        return max(0.0, self._renew_at - now)

    def _tell_status(self, images: Iterable[Image], now: float) -> None:
        try:
            node = self._client.get(NODES, self._info.name)
        except NotFound:  # somebody deleted it: until this kubelet starts again it has no node
            return
        status = self._make_status(node.get("status") or {}, images, now)
        self._client.patch(NODES, self._info.name, {"status": status}, subresource="status")
        self._told_at, self._told = now, status

    def _make_status(self, previous: Object, images: Iterable[Image], now: float) -> Object:
        return make_status(self._info, previous, images, now)

    def _renew_lease(self, now: float) -> None:
        stamp = format_rfc3339_micro(now)
        try:
            self._lease = self._update_lease(self._lease, stamp) if self._lease is not None else self._ensure_lease(stamp)
        except (Conflict, NotFound):  # somebody else wrote or deleted it since
            self._lease = self._ensure_lease(stamp)
        self._renew_at = float(int(now + LEASE_SECONDS))  # the whole second: then many nodes share a commit

    def _ensure_lease(self, stamp: str) -> Object:
        try:
            lease = self._client.get(LEASES, self._info.name, LEASE_NAMESPACE)
        except NotFound:
            return self._client.create(LEASES, self._make_lease(stamp), LEASE_NAMESPACE)
        return self._update_lease(lease, stamp)

    def _update_lease(self, lease: Object, stamp: str) -> Object:
        mine = {"holderIdentity": self._info.name, "leaseDurationSeconds": LEASE_DURATION, "renewTime": stamp}
        return self._client.update(LEASES, {**lease, "spec": {**lease.get("spec", {}), **mine}})

    def _make_lease(self, stamp: str) -> Object:
        name = self._info.name
        owner = self._client.get(NODES, name)["metadata"]
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {
                "name": name,
                "namespace": LEASE_NAMESPACE,
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": owner.get("uid", "")}],
            },
            "spec": {"holderIdentity": name, "leaseDurationSeconds": LEASE_DURATION, "renewTime": stamp},
        }
