"""Which pods are like a pod: those of the services it stands behind and of the workload it belongs to."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import Selector, selector_from_map, selector_from_object
from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import REPLICA_SETS, REPLICATION_CONTROLLERS, SERVICES, STATEFUL_SETS

Object = dict[str, Any]
_WORKLOADS = {"ReplicaSet": REPLICA_SETS, "StatefulSet": STATEFUL_SETS, "ReplicationController": REPLICATION_CONTROLLERS}
RESOURCES = (SERVICES, *_WORKLOADS.values())


def default_selector(pod: Object, context: Context) -> Selector:
    """Return the selector of the pods that a pod spreads from; it is empty where there are none."""
    metadata = pod["metadata"]
    namespace, labels = metadata["namespace"], metadata.get("labels") or {}
    wanted: dict[str, str] = {}
    for service in context.lister(SERVICES).list(namespace) if labels else ():
        selector = (service.get("spec") or {}).get("selector")
        if selector and all(labels.get(key) == value for key, value in selector.items()):
            wanted |= selector
    owner = controller_of(pod)
    resource = _WORKLOADS.get(owner["kind"]) if owner else None
    workload = context.lister(resource).get(namespace, owner["name"]) if owner and resource else None
    if workload is None:
        return selector_from_map(wanted)
    own = workload["spec"].get("selector") or {}
    if resource is REPLICATION_CONTROLLERS:
        return selector_from_map(wanted | own)
    if not own.get("matchExpressions"):
        return selector_from_map(wanted | (own.get("matchLabels") or {}))
    return Selector([*selector_from_map(wanted).requirements, *selector_from_object(own).requirements])
