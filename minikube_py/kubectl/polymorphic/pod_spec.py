"""Where the PodSpec of each kind is, and its containers by wildcard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.resource_builder import Info

Object = dict[str, Any]

_TEMPLATE = ("spec", "template", "spec")
POD_SPECS: dict[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "ReplicationController": _TEMPLATE,
    "Deployment": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
}
"""The path to the PodSpec, by kind."""


def get_pod_spec(info: Info, obj: Object) -> Object:
    """Return the PodSpec inside `obj`, to be changed in place. Raises CliError where the kind has none."""
    path = POD_SPECS.get(info.resource.kind)
    if path is None:
        resource = info.resource
        text = f"the object is not a pod or does not have a pod template: *{resource.version}.{resource.kind}"
        raise refuse_object(info, text)
    for step in path:
        obj = obj.setdefault(step, {})
    return obj


def refuse_object(info: Info, why: str) -> CliError:
    """Return the error of `set` about one object: `error: deployments/web WHY` and an empty line, where there are several."""
    return CliError(f"error: {name_object(info)} {why}\n", prefix="")


def name_object(info: Info) -> str:
    """Return `deployments/web`, as errors of `set` name an object; one of a file alone has its kind, and its line ends there."""
    if not info.local:
        return f"{info.resource.plural}/{info.name}"
    return f"{info.resource.qualified_kind}/{info.name}" + ("\n" if info.resource.group else "")


def list_containers(spec: Object, wildcard: str = "*") -> Iterator[Object]:
    """Yield the containers, then the init containers, whose names match `wildcard`."""
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or []:
            if matches(container.get("name", ""), wildcard):
                yield container


def matches(name: str, wildcard: str) -> bool:
    """Return whether a name is like `wildcard`, in which `*` stands for any characters."""
    first, *rest = wildcard.split("*")
    if not rest:
        return name == wildcard
    *middle, last = rest
    if not name.startswith(first) or len(name) < len(first) + len(last) or not name.endswith(last):
        return False
    at = len(first)
    for part in middle:
        found = name.find(part, at, len(name) - len(last))
        if found < 0:
            return False
        at = found + len(part)
    return True
