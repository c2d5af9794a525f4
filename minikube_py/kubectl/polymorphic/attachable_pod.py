"""Which pod stands for an object: for exec, attach and port-forward, and the first of its pods for logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.labels import Selector, selector_from_map, selector_from_object
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.resources import PODS

Object = dict[str, Any]
SortKey = tuple[Any, ...]

SELECTING_KINDS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Deployment", "Job")
TIMED_OUT = "timed out waiting for the condition"
LAST = "~"  # sorts after every time


def selector_for_object(obj: Object) -> Selector:
    """Return the selector of an object's pods. Raises ValueError with kubectl's words for kinds that have none."""
    kind, spec = obj["kind"], obj.get("spec") or {}
    if kind in SELECTING_KINDS:
        return selector_from_object(spec.get("selector"))
    if kind == "ReplicationController":
        return selector_from_map(spec.get("selector"))
    if kind == "Service":
        if not spec.get("selector"):
            raise ValueError(f"invalid service '{obj['metadata']['name']}': Service is defined without a selector")
        return selector_from_map(spec["selector"])
    raise ValueError(f"selector for {go_type(obj)} not implemented")


def go_type(obj: Object) -> str:
    """Return what Go's %T shows of an object: `*v1.ConfigMap`."""
    return f"*{str(obj['apiVersion']).rpartition('/')[2]}.{obj['kind']}"


def attachable_pod_for_object(factory: Factory, obj: Object, timeout: float) -> Object:
    """Return the pod itself, or the most usable of an object's pods, waiting for one. Raises CliError."""
    if obj["kind"] == "Pod":
        return obj
    try:
        selector = selector_for_object(obj)
    except ValueError as error:
        raise CliError(f"cannot attach to {go_type(obj)}: {error}") from None
    return list_pods_of(factory, obj["metadata"]["namespace"], selector, timeout, rank_for_attach)[0]


def list_pods_of(
    factory: Factory, namespace: str, selector: Selector, timeout: float, rank: Callable[[Object], SortKey]
) -> list[Object]:
    """Return the selected pods, best first; where there is none, wait for one. Raises CliError after `timeout` seconds."""
    client = factory.client()
    listed = client.list(PODS, namespace, str(selector))
    pods: list[Object] = sorted(listed["items"], key=rank)
    if pods:
        return pods
    version = listed["metadata"]["resourceVersion"]
    params = {"resourceVersion": version, "labelSelector": str(selector)}
    for event in client.watch(PODS, namespace, timeout=timeout, **params):
        if event.type in ("ADDED", "MODIFIED"):
            return [event.object]
    raise CliError(TIMED_OUT)


def rank_for_logs(pod: Object) -> SortKey:
    """Order pods as logs prefers them: bound, running, longest ready, most restarted, oldest."""
    status = pod.get("status") or {}
    phase = {"Unknown": 1, "Pending": 2}.get(status.get("phase", ""), 0)
    return (*_bound(pod), phase, *_readiness(status), -_restarts(status), _created(pod))


def rank_for_attach(pod: Object) -> SortKey:
    """Order pods by how likely they are of use: bound, running, longest ready, least restarted, oldest."""
    status = pod.get("status") or {}
    phase = {"Running": 0, "Unknown": 1}.get(status.get("phase", ""), 2)
    return (*_bound(pod), phase, *_readiness(status), _restarts(status), _created(pod))


def _bound(pod: Object) -> SortKey:
    return (not pod["spec"].get("nodeName"),)


def _readiness(status: Object) -> SortKey:
    for condition in status.get("conditions") or ():
        if condition["type"] == "Ready" and condition["status"] == "True":
            return (False, condition.get("lastTransitionTime") or LAST)
    return (True, LAST)


def _restarts(status: Object) -> int:
    return max((s.get("restartCount", 0) for s in status.get("containerStatuses") or ()), default=0)


def _created(pod: Object) -> str:
    created: str = pod["metadata"].get("creationTimestamp") or LAST
    return created
