"""What the containers of a pod were given of what its spec asks for: not the same while a resize is pending (KEP-1287)."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.apis.kind import Object

PENDING, INFEASIBLE = "PodResizePending", "Infeasible"
Given = dict[str, Object]


def held_spec(pod: Object) -> Object:
    """Return the spec of a pod with what it holds of its node: what was asked for, unless that can never be given."""
    condition = find_condition((pod.get("status") or {}).get("conditions"), PENDING)
    spec: Object = pod["spec"]
    if condition is not None and condition.get("reason") == INFEASIBLE:
        spec = put(pod, read_given(pod))["spec"]
    return spec


def list_resizable(pod: Object) -> Iterator[tuple[str, Object]]:
    """Yield containers and sidecars by name: the resources of other init containers never change."""
    for container in pod["spec"]["containers"]:
        yield container["name"], container
    for container in pod["spec"].get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            yield container["name"], container


def pick(container: Object) -> Object:
    """Return the requests and limits of a container, as far as it has some."""
    resources = container.get("resources") or {}
    return {way: resources[way] for way in ("requests", "limits") if resources.get(way)}


def read_given(pod: Object) -> Given:
    """Return what a pod's containers have: by its status of those that run, by its spec of the others."""
    status = pod.get("status") or {}
    given = {name: pick(container) for name, container in list_resizable(pod)}
    for entry in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
        if entry["name"] in given and entry.get("containerID") and entry.get("resources") is not None:
            requests = {"requests": entry["allocatedResources"]} if entry.get("allocatedResources") else {}
            given[entry["name"]] = {**pick(entry), **requests}
    return given


def put(pod: Object, given: Given) -> Object:
    """Return the pod with these resources in place of those of its spec."""
    spec = pod["spec"]
    changed = {}
    for kind in ("containers", "initContainers"):
        if spec.get(kind):
            changed[kind] = [_put_into(container, given.get(container["name"])) for container in spec[kind]]
    return {**pod, "spec": {**spec, **changed}}


def _put_into(container: Object, given: Object | None) -> Object:
    if given is None or pick(container) == given:
        return container
    others = {key: value for key, value in (container.get("resources") or {}).items() if key not in ("requests", "limits")}
    return {**container, "resources": {**others, **given}}
