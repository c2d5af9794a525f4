"""VolumeZone: a pod goes to the zone and region that the labels of its volumes name.

https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
"""

from __future__ import annotations

from typing import Any

from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES
from minikube_py.client.volume_binding import list_claim_names
from minikube_py.scheduler.event import CLAIM, NODE, STORAGE_CLASS, VOLUME, Event
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
Wanted = list[tuple[str, set[str]]]
NAME = "VolumeZone"
SCOPE = "cluster"
REASON = "node(s) had no available volume zone"
LABELS = {  # and the names they had before
    "topology.kubernetes.io/zone": "failure-domain.beta.kubernetes.io/zone",
    "topology.kubernetes.io/region": "failure-domain.beta.kubernetes.io/region",
}
_NEW_NAMES = {old: new for new, old in LABELS.items()}


def prepare(pod: Object, context: Context | None) -> Wanted | None:
    """Return the labels of the pod's volumes that are about zones, each with its values; None where there are none."""
    names = list_claim_names(pod) if context is not None else ()
    wanted: Wanted = []
    for name, _ in names:
        assert context is not None
        claim = context.lister(PERSISTENT_VOLUME_CLAIMS).get(pod["metadata"]["namespace"], name)
        bound = ((claim or {}).get("spec") or {}).get("volumeName")
        volume = context.lister(PERSISTENT_VOLUMES).get("", bound) if bound else None
        labels = ((volume or {}).get("metadata") or {}).get("labels") or {}
        wanted += [(k, set(v.split("__"))) for k, v in labels.items() if k in LABELS or k in _NEW_NAMES]
    return wanted or None


def filter(pod: Object, node: NodeInfo, state: Wanted) -> str:
    """Refuse nodes of other zones; those that say nothing of zones take any volume."""
    labels = node.labels
    if not any(key in labels for key in (*LABELS, *_NEW_NAMES)):
        return ""
    for key, values in state:
        here = labels.get(key) or labels.get(_NEW_NAMES.get(key, "")) or labels.get(LABELS.get(key, ""))
        if here not in values:
            return REASON
    return ""


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a claim, a volume or a class changed, or a node came or was labelled anew."""
    if event.what == NODE and event.after is not None and event.before is not None:
        return bool(event.before["metadata"].get("labels") != event.after["metadata"].get("labels"))
    return event.what in (CLAIM, VOLUME, STORAGE_CLASS, NODE) and event.after is not None
