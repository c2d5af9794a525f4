"""NodeVolumeLimits: a driver attaches only so many volumes to a node, as the CSINode says.

https://kubernetes.io/docs/concepts/storage/storage-limits/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES, Resource
from minikube_py.client.volume_binding import list_claim_names
from minikube_py.scheduler.event import CLAIM, CSI_NODE, POD, Event
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
Attached = tuple[str, str]  # a driver, and its handle of a volume
NAME = "NodeVolumeLimits"
SCOPE = "cluster"
RESOLVABLE = True
REASON = "node(s) exceed max volume count"
CSI_NODES = Resource("storage.k8s.io", "v1", "csinodes", "CSINode", namespaced=False)


class Rule(NamedTuple):
    """The volumes of the pod that drivers attach, and the caches to look up those of others in."""

    volumes: set[Attached]
    context: Context


def prepare(pod: Object, context: Context | None) -> Rule | None:
    """Return what drivers attach for the pod; None where there is nothing, or no node has a limit."""
    if context is None or not list_claim_names(pod) or not context.lister(CSI_NODES).list():
        return None
    volumes = set(_list_volumes([pod], context))
    return Rule(volumes, context) if volumes else None


def _list_volumes(pods: Iterable[Object], context: Context) -> Iterator[Attached]:
    for pod in pods:
        for name, _ in list_claim_names(pod):
            claim = context.lister(PERSISTENT_VOLUME_CLAIMS).get(pod["metadata"]["namespace"], name)
            found = _find_volume(claim, context) if claim is not None else None
            if found is not None:
                yield found


def _find_volume(claim: Object, context: Context) -> Attached | None:
    """Return the driver and handle of a claim's volume; one that is to be made is called by its claim."""
    volume = context.lister(PERSISTENT_VOLUMES).get("", claim["spec"].get("volumeName") or "")
    if volume is not None:
        csi = volume["spec"].get("csi")
        return (csi["driver"], csi["volumeHandle"]) if csi else None
    found = context.lister(STORAGE_CLASSES).get("", storage_class_of(claim))
    if found is None:
        return None
    name = f"{claim['metadata']['namespace']}/{claim['metadata']['name']}"
    return found["provisioner"], f"{found['provisioner']}-{name}"


def filter(pod: Object, node: NodeInfo, state: Rule) -> str:
    """Refuse nodes to which a driver would have to attach more than it can."""
    csi_node = state.context.lister(CSI_NODES).get("", node.name)
    drivers = ((csi_node or {}).get("spec") or {}).get("drivers") or ()
    limits = {d["name"]: (d.get("allocatable") or {}).get("count") for d in drivers}
    if not any(limits.get(driver) is not None for driver, _ in state.volumes):
        return ""
    attached = set(_list_volumes(node.pods, state.context))
    there, more = (Counter(driver for driver, _ in volumes) for volumes in (attached, state.volumes - attached))
    over = (there[d] + number > limit for d, number in more.items() if (limit := limits.get(d)) is not None)
    return REASON if any(over) else ""


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a pod with claims went, a claim came, or a node's limits changed."""
    if event.what == POD:
        return event.is_gone and event.before is not None and bool(list_claim_names(event.before))
    return event.what in (CLAIM, CSI_NODE) and event.after is not None
