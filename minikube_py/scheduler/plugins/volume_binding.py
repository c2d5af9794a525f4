"""VolumeBinding: a pod goes where its volumes are, or can be; claims that wait for a consumer get theirs from there.

https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES
from minikube_py.client.volume_binding import (
    NO_PROVISIONER,
    SELECTED_NODE,
    annotations_of,
    find_volume_for_node,
    is_fully_bound,
    list_claim_names,
    matches_volume_node,
    set_aside,
    size_asked,
    waits_for_consumer,
)
from minikube_py.scheduler.event import CLAIM, CSI_NODE, NODE, STORAGE_CLASS, VOLUME, Event
from minikube_py.scheduler.framework import NodeInfo, Unschedulable

Object = dict[str, Any]
NAME = "VolumeBinding"
SCOPE = "cluster"
_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
_CONFLICT = "node(s) had volume node affinity conflict"
_NO_MATCH = "node(s) didn't find available persistent volumes to bind"
_GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"


class Volumes(NamedTuple):
    """What a pod's claims are about: the volumes they have (None: gone), the claims that wait, and what there is for those."""

    bound: list[Object | None]
    waiting: list[Object]
    free: list[Object]
    classes: dict[str, Object]


def prepare(pod: Object, context: Context) -> Volumes | None:
    """Return what there is of the pod's volumes, None for a pod without claims. Raises Unschedulable."""
    names = list_claim_names(pod)
    if not names:
        return None
    claims = [_get_claim(pod, name, owned, context) for name, owned in names]
    volumes, classes = context.lister(PERSISTENT_VOLUMES), context.lister(STORAGE_CLASSES)
    bound = [volumes.get("", claim["spec"]["volumeName"]) for claim in claims if is_fully_bound(claim)]
    waiting = [claim for claim in claims if not is_fully_bound(claim)]
    if any(claim["spec"].get("volumeName") or not waits_for_consumer(claim, classes) for claim in waiting):
        raise Unschedulable(_UNBOUND)
    waiting.sort(key=size_asked)
    return Volumes(bound, waiting, volumes.list(), {c["metadata"]["name"]: c for c in classes.list()})


def _get_claim(pod: Object, name: str, owned: bool, context: Context) -> Object:
    claim = context.lister(PERSISTENT_VOLUME_CLAIMS).get(pod["metadata"]["namespace"], name)
    if claim is None and owned:
        raise Unschedulable(f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"')
    if claim is None:
        raise Unschedulable(f'persistentvolumeclaim "{name}" not found')
    if (claim.get("status") or {}).get("phase") == "Lost":
        volume = claim["spec"].get("volumeName") or ""
        raise Unschedulable(f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"')
    if claim["metadata"].get("deletionTimestamp"):
        raise Unschedulable(f'persistentvolumeclaim "{name}" is being deleted')
    owners = {owner.get("uid") for owner in claim["metadata"].get("ownerReferences") or ()}
    if owned and pod["metadata"]["uid"] not in owners:
        where = f"{pod['metadata']['namespace']}/"
        why = f"PVC {where}{name} was not created for pod {where}{pod['metadata']['name']} (pod is not owner)"
        raise Unschedulable(why)
    return claim


def filter(pod: Object, node: NodeInfo, state: Volumes) -> str:
    """Refuse nodes from which a volume cannot be reached, or where there is none for a claim that waits."""
    reasons = []
    if any(volume is not None and not matches_volume_node(volume, node.node) for volume in state.bound):
        reasons.append(_CONFLICT)
    if _choose_volumes(state, node) is None:
        reasons.append(_NO_MATCH)
    if None in state.bound:
        reasons.append(_GONE)
    return "\n".join(reasons)


def _choose_volumes(state: Volumes, node: NodeInfo) -> list[tuple[Object, Object | None]] | None:
    """Return each waiting claim with the volume it gets on a node, or None where one is to be made; None: it does not go."""
    chosen: list[tuple[Object, Object | None]] = []
    taken: set[str] = set()
    for claim in state.waiting:
        selected = annotations_of(claim).get(SELECTED_NODE)
        if selected is not None and selected != node.name:
            return None
        volume = None if selected else find_volume_for_node(claim, state.free, node.node, taken)
        if volume is not None:
            taken.add(volume["metadata"]["name"])
        elif not _can_be_made(claim, node, state.classes):
            return None
        chosen.append((claim, volume))
    return chosen


def _can_be_made(claim: Object, node: NodeInfo, classes: dict[str, Object]) -> bool:
    found = classes.get(storage_class_of(claim))
    if found is None or found["provisioner"] in ("", NO_PROVISIONER):
        return False
    terms = found.get("allowedTopologies") or ()
    return not terms or any(_matches_topology(term, node.labels) for term in terms)


def _matches_topology(term: Object, labels: dict[str, str]) -> bool:
    return all(labels.get(e["key"]) in (e.get("values") or ()) for e in term.get("matchLabelExpressions") or ())


def pre_bind(node: NodeInfo, rule: Volumes, context: Context) -> bool:
    """Have the volumes of waiting claims bound or made for a node; return whether the pod can go there already."""
    if not rule.waiting:
        return True
    for claim, volume in _choose_volumes(rule, node) or ():
        if volume is not None:
            aside = set_aside(volume, claim)
            if aside is not volume:
                context.client.update(PERSISTENT_VOLUMES, aside)
        elif SELECTED_NODE not in annotations_of(claim):
            annotations = {**annotations_of(claim), SELECTED_NODE: node.name}
            marked = {**claim, "metadata": {**claim["metadata"], "annotations": annotations}}
            context.client.update(PERSISTENT_VOLUME_CLAIMS, marked)
    return False


def wakes(pod: Object, event: Event) -> bool:
    """Return whether one of the pod's claims changed, or what they could be bound to; or a node came or was labelled anew."""
    if event.after is None:
        return False
    if event.what == CLAIM:
        metadata = event.after["metadata"]
        names = {name for name, _ in list_claim_names(pod)}
        return metadata["namespace"] == pod["metadata"]["namespace"] and metadata["name"] in names
    if event.what == NODE:
        return event.before is None or event.before["metadata"].get("labels") != event.after["metadata"].get("labels")
    return event.what in (VOLUME, STORAGE_CLASS, CSI_NODE)
