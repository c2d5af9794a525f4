"""Priority: a pod's priorityClassName becomes its priority and preemption policy.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "Priority"
RESOURCE = "priorityclasses.scheduling.k8s.io"
SYSTEM_CLASSES = ("system-cluster-critical", "system-node-critical")


def handles(attributes: Attributes) -> bool:
    """New pods, and priority classes that want to be the default or to go away."""
    if attributes.kind.resource == RESOURCE:
        return True
    return attributes.kind.resource == "pods" and attributes.operation == "CREATE"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Fill in spec.priority, spec.priorityClassName and spec.preemptionPolicy of a pod."""
    if attributes.kind.resource != "pods":
        return
    assert attributes.obj is not None
    spec = attributes.obj.setdefault("spec", {})
    name = spec.get("priorityClassName") or ""
    chosen = server.store.get(Key(RESOURCE, "", name)) if name else _default_class(server)
    if name and chosen is None:
        why = f"no PriorityClass with name {name} was found"
        raise errors.new_forbidden("", "pods", attributes.name, why)
    if chosen is not None:
        spec["priorityClassName"] = chosen["metadata"]["name"]
    priority = chosen["value"] if chosen else 0
    policy = (chosen or {}).get("preemptionPolicy") or "PreemptLowerPriority"
    if spec.get("priority") not in (None, priority):
        why = (
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
            f"priority admission controller computed {priority} from the given PriorityClass name"
        )
        raise errors.new_forbidden("", "pods", attributes.name, why)
    if spec.get("preemptionPolicy") not in (None, policy):
        why = (
            f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; "
            f"priority admission controller computed {policy} from the given PriorityClass name"
        )
        raise errors.new_forbidden("", "pods", attributes.name, why)
    spec["priority"], spec["preemptionPolicy"] = priority, policy


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Let only one priority class be the default, and keep those that every cluster has."""
    obj = attributes.obj
    if attributes.operation == "DELETE" and attributes.name in SYSTEM_CLASSES:
        why = "this is a system priority class and cannot be deleted"
        raise errors.new_forbidden("scheduling.k8s.io", "priorityclasses", attributes.name, why)
    if attributes.kind.resource != RESOURCE or obj is None or not obj.get("globalDefault"):
        return
    other = _default_class(server)
    if other is not None and other["metadata"]["name"] != attributes.name:
        why = f"PriorityClass {other['metadata']['name']} is already marked as default. Only one default can exist"
        raise errors.new_forbidden("scheduling.k8s.io", "priorityclasses", attributes.name, why)


def _default_class(server: ApiServer) -> Object | None:
    classes = [c for c in server.store.list(Query(RESOURCE)).items if c.get("globalDefault")]
    return min(classes, key=lambda c: c["value"], default=None)
