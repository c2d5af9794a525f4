"""VolumeRestrictions: a ReadWriteOncePod claim is for one pod of the cluster; some kinds of disks are for one pod of a node.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS
from minikube_py.client.volume_binding import list_claim_names
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
Disk = tuple[str, ...]
NAME = "VolumeRestrictions"
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
NO_DISK = "node(s) had no available disk"
RESOLVABLE = frozenset((IN_USE, NO_DISK))


class State(NamedTuple):
    """The disks of the pod, each with whether it is only read, and whether a claim of it is in use by another pod."""

    disks: list[tuple[Disk, bool]]
    claimed: bool


def pre_filter(pod: Object, nodes: list[NodeInfo], context: Context | None) -> State | None:
    """Return what of the pod's volumes is for one pod only; None where nothing is."""
    if not pod["spec"].get("volumes"):
        return None
    namespace = pod["metadata"]["namespace"]
    exclusive = {name for name, _ in list_claim_names(pod) if _is_exclusive(name, namespace, context)}
    claimed = bool(exclusive) and any(_uses(other, exclusive, namespace) for node in nodes for other in node.pods)
    disks = list(_list_disks(pod))
    return State(disks, claimed) if disks or claimed else None


def _is_exclusive(name: str, namespace: str, context: Context | None) -> bool:
    claim = context.lister(PERSISTENT_VOLUME_CLAIMS).get(namespace, name) if context is not None else None
    return claim is not None and "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ())


def _uses(pod: Object, claims: set[str], namespace: str) -> bool:
    return pod["metadata"]["namespace"] == namespace and any(name in claims for name, _ in list_claim_names(pod))


def _list_disks(pod: Object) -> Iterator[tuple[Disk, bool]]:
    """Yield the disks that are not for several pods at once, and whether the pod only reads them."""
    for volume in pod["spec"].get("volumes") or ():
        if disk := volume.get("gcePersistentDisk"):
            yield ("gce", disk["pdName"]), bool(disk.get("readOnly"))
        if disk := volume.get("awsElasticBlockStore"):
            yield ("aws", disk["volumeID"]), False
        if disk := volume.get("iscsi"):
            yield ("iscsi", disk["iqn"]), bool(disk.get("readOnly"))
        if disk := volume.get("rbd"):
            for monitor in disk.get("monitors") or ():
                yield ("rbd", monitor, disk.get("pool") or "rbd", disk["image"]), bool(disk.get("readOnly"))


def filter(pod: Object, node: NodeInfo, state: State | None) -> str:
    """Refuse nodes on which another pod uses a disk, and all where one uses the claim."""
    if state is None:
        return ""
    taken = [disk for other in node.pods for disk in _list_disks(other)] if state.disks else []
    if any(a == b and not (a_reads and b_reads) for a, a_reads in state.disks for b, b_reads in taken):
        return NO_DISK
    return IN_USE if state.claimed else ""
