"""VolumeRestrictions: a ReadWriteOncePod claim is for one pod of the cluster; some kinds of disks are for one pod of a node.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS
from minikube_py.client.volume_binding import list_claim_names
from minikube_py.scheduler.event import CLAIM, POD, Event
from minikube_py.scheduler.framework import NodeInfo
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
Disk = tuple[tuple[str, ...], bool]  # what it is, and whether it is only read
NAME = "VolumeRestrictions"
SCOPE = "cluster"
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
NO_DISK = "node(s) had no available disk"
RESOLVABLE = frozenset((IN_USE, NO_DISK))


class Rule(NamedTuple):
    """The disks of the pod that are not for several pods, and its claims that are for one."""

    disks: tuple[Disk, ...]
    namespace: str
    claims: frozenset[str]


class State(NamedTuple):
    """The disks of the pod, and whether a claim of it is in use by another pod."""

    disks: tuple[Disk, ...]
    claimed: bool


def prepare(pod: Object, context: Context | None) -> Rule | None:
    """Return what of the pod's volumes is for one pod only; None where nothing is."""
    if not pod["spec"].get("volumes"):
        return None
    namespace = pod["metadata"]["namespace"]
    claims = frozenset(name for name, _ in list_claim_names(pod) if _is_exclusive(name, namespace, context))
    disks = tuple(list_disks(pod))
    return Rule(disks, namespace, claims) if disks or claims else None


def _is_exclusive(name: str, namespace: str, context: Context | None) -> bool:
    claim = context.lister(PERSISTENT_VOLUME_CLAIMS).get(namespace, name) if context is not None else None
    return claim is not None and "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ())


def count(node: NodeInfo, rule: Rule) -> dict[str, int]:
    """Count the pods of a node that use the claims."""
    users = sum(_uses(other, rule.claims, rule.namespace) for other in node.pods) if rule.claims else 0
    return {"users": users} if users else {}


def _uses(pod: Object, claims: frozenset[str], namespace: str) -> bool:
    return pod["metadata"]["namespace"] == namespace and any(name in claims for name, _ in list_claim_names(pod))


def list_disks(pod: Object) -> list[Disk]:
    """Return the disks of a pod that are not for several pods at once."""
    disks: list[Disk] = []
    for volume in pod["spec"].get("volumes") or ():
        if disk := volume.get("gcePersistentDisk"):
            disks.append((("gce", disk["pdName"]), bool(disk.get("readOnly"))))
        if disk := volume.get("awsElasticBlockStore"):
            disks.append((("aws", disk["volumeID"]), False))
        if disk := volume.get("iscsi"):
            disks.append((("iscsi", disk["iqn"]), bool(disk.get("readOnly"))))
        if disk := volume.get("rbd"):
            name = (disk.get("pool") or "rbd", disk["image"])
            disks += [(("rbd", monitor, *name), bool(disk.get("readOnly"))) for monitor in disk.get("monitors") or ()]
    return disks


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> State | None:
    """Return whether the claims are in use; None where there is nothing to see."""
    claimed = bool(totals)
    return State(rule.disks, claimed) if rule.disks or claimed else None


def filter(pod: Object, node: NodeInfo, state: State) -> str:
    """Refuse nodes on which another pod uses a disk, and all where one uses the claim."""
    taken = node.gather(list_disks) if state.disks else []
    if any(a == b and not (a_reads and b_reads) for a, a_reads in state.disks for b, b_reads in taken):
        return NO_DISK
    return IN_USE if state.claimed else ""


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a pod went that had such a volume, or a claim of the pod changed."""
    if event.what == CLAIM and event.after is not None:
        metadata = event.after["metadata"]
        names = {name for name, _ in list_claim_names(pod)}
        return metadata["namespace"] == pod["metadata"]["namespace"] and metadata["name"] in names
    if event.what != POD or event.before is None or not event.is_gone:
        return False
    names = {name for name, _ in list_claim_names(pod)}
    same_disk = {disk for disk, _ in list_disks(pod)} & {disk for disk, _ in list_disks(event.before)}
    return bool(same_disk) or _uses(event.before, frozenset(names), pod["metadata"]["namespace"])
