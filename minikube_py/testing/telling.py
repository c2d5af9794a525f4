"""What a failed test is told of its cluster: how an object is, what belongs to it, and what happened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.unstructured import get_nested, is_condition_true
from minikube_py.apis.core.pod import tell_status
from minikube_py.client.resources import EVENTS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, REPLICA_SETS

if TYPE_CHECKING:
    from minikube_py.client.resources import Resource
    from minikube_py.client.rest import Client

Object = dict[str, Any]
MAX_EVENTS = 10
MAX_OBJECTS = 20
MAX_STATUS = 2000  # letters of a status without conditions
MAX_LOG = 20  # lines of the control plane's log
DEPENDENTS = (REPLICA_SETS, JOBS, PODS, PERSISTENT_VOLUME_CLAIMS)  # an owner before what it owns


def tell_object(client: Client, resource: Resource, namespace: str, obj: Object | None) -> str:
    """Return how an object is, with its dependents and their last events; where there is none, what else of its kind there is."""
    if obj is None:
        others = [other["metadata"]["name"] for other in client.list_items(resource, namespace)]
        there = f"; there are {', '.join(sorted(others)[:MAX_OBJECTS])}" if others else ""
        return f"it is not there{there}"
    dependents = list(_find_dependents(client, obj))
    lines = [_tell_state(obj), *(f"{_name(one)}: {_tell_state(one)}" for one in dependents[:MAX_OBJECTS])]
    lines += _tell_events(client, obj["metadata"].get("namespace", ""), {_identity(one) for one in (obj, *dependents)})
    return "\n  ".join(lines)


def tell_cluster(client: Client, log: str) -> str:
    """Return what is amiss in a cluster: pods that are not ready, warnings, what was logged; "" if nothing is."""
    pods = [pod for pod in client.list_items(PODS) if not _is_well(pod)]
    lines = [f"{_name(pod)}: {_tell_state(pod)}" for pod in pods[:MAX_OBJECTS]]
    lines += [_tell_event(event) for event in _sort(client.list_items(EVENTS)) if event.get("type") == "Warning"][-MAX_EVENTS:]
    return "\n".join([*lines, *log.splitlines()[-MAX_LOG:]])


def _is_well(pod: Object) -> bool:
    status = pod.get("status") or {}
    return status.get("phase") == "Succeeded" or is_condition_true(status.get("conditions"), "Ready")


def _find_dependents(client: Client, obj: Object) -> Iterator[Object]:
    """Yield what an object owns, and what that owns."""
    owners = {obj["metadata"].get("uid")}
    for resource in DEPENDENTS if "namespace" in obj["metadata"] else ():
        for one in client.list_items(resource, obj["metadata"]["namespace"]):
            if owners.intersection(owner["uid"] for owner in one["metadata"].get("ownerReferences") or ()):
                owners.add(one["metadata"]["uid"])
                yield one


def _tell_state(obj: Object) -> str:
    """Return how a pod is, or the numbers and conditions of something else; of a status without conditions all of it."""
    if obj.get("kind") == "Pod":
        return _tell_pod(obj)
    status = obj.get("status") or {}
    conditions = [_tell_condition(one) for one in status.get("conditions") or () if isinstance(one, dict)]
    if not conditions:
        return f"its status is {json.dumps(status)[:MAX_STATUS]}"
    return "; ".join([*(f"{key} {value}" for key, value in status.items() if isinstance(value, int)), *conditions])


def _tell_pod(pod: Object) -> str:
    """Return what `get` shows, and why it is not all well."""
    status = pod.get("status") or {}
    said = [tell_status(pod, 0.0)]
    said += [_tell_condition(one) for one in status.get("conditions") or () if one.get("status") != "True"]
    containers = (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ()))
    return "; ".join([*said, *(one for container in containers for one in _tell_container(container))])


def _tell_condition(condition: Object) -> str:
    why = ": ".join(text for text in (condition.get("reason"), condition.get("message")) if text)
    return f"{condition.get('type')}={condition.get('status')}" + (f" ({why})" if why else "")


def _tell_container(container: Object) -> Iterator[str]:
    for where in ("state", "lastState"):
        for name in ("waiting", "terminated"):
            state = get_nested(container, where, name, default={})
            if state.get("message") or state.get("exitCode"):
                code = f" with exit code {state['exitCode']}" if "exitCode" in state else ""
                yield f"container {container['name']} {name}{code}: {state.get('message') or state.get('reason')}"


def _tell_events(client: Client, namespace: str, about: set[tuple[str, str]]) -> list[str]:
    events = [event for event in client.list_items(EVENTS, namespace) if _identity_of_subject(event) in about]
    return [_tell_event(event) for event in _sort(events)][-MAX_EVENTS:]


def _sort(events: Iterable[Object]) -> list[Object]:
    return sorted(events, key=lambda event: int(event["metadata"]["resourceVersion"]))


def _tell_event(event: Object) -> str:
    kind, name = _identity_of_subject(event)
    return f"event {event.get('type')} {event.get('reason')} of {kind.lower()}/{name}: {event.get('message', '')}"


def _identity_of_subject(event: Object) -> tuple[str, str]:
    subject = event.get("involvedObject") or {}
    return subject.get("kind", ""), subject.get("name", "")


def _identity(obj: Object) -> tuple[str, str]:
    return obj["kind"], obj["metadata"]["name"]


def _name(obj: Object) -> str:
    return f"{obj['kind'].lower()}/{obj['metadata']['name']}"
