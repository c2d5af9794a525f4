"""Which containers' logs stand for an object: those of its first pod, of all its pods, or of a pod's containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.kubectl.podcmd import DEFAULT_CONTAINER, find_container, tell_default
from minikube_py.kubectl.polymorphic.attachable_pod import go_type, list_pods_of, rank_for_logs, selector_for_object

Object = dict[str, Any]


class LogSource(NamedTuple):
    """One container's log."""

    namespace: str
    pod: str
    container: str


class Choice(NamedTuple):
    """What was asked for. `container` is "" for the default one."""

    container: str = ""
    all_containers: bool = False
    all_pods: bool = False
    timeout: float = 20.0


def logs_for_object(factory: Factory, obj: Object, choice: Choice) -> list[LogSource]:
    """Return the logs of an object (a Pod, a list of pods, a workload, a Service). Raises CliError."""
    if obj["kind"] == "PodList":
        return [source for pod in obj["items"] for source in _of_pod(factory, pod, choice)]
    if obj["kind"] == "Pod":
        return list(_of_pod(factory, obj, choice))
    try:
        selector = selector_for_object(obj)
    except ValueError as error:
        raise CliError(f"cannot get the logs from {go_type(obj)}: {error}") from None
    pods = list_pods_of(factory, obj["metadata"]["namespace"], selector, choice.timeout, rank_for_logs)
    if choice.all_pods:
        return [source for pod in pods for source in _of_pod(factory, pod, choice)]
    if len(pods) > 1:
        factory.warn(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
    return list(_of_pod(factory, pods[0], choice))


def _of_pod(factory: Factory, pod: Object, choice: Choice) -> Iterator[LogSource]:
    metadata, spec = pod["metadata"], pod["spec"]
    if choice.all_containers:
        for key in ("initContainers", "containers", "ephemeralContainers"):
            for container in spec.get(key) or ():
                yield LogSource(metadata["namespace"], metadata["name"], container["name"])
        return
    name = choice.container or _annotated(factory, pod)
    if not name:
        name = spec["containers"][0]["name"]
        if not choice.all_pods:
            tell_default(factory, pod, name)
    if find_container(pod, name) is None:
        raise CliError(f"container {name} is not valid for pod {metadata['name']}")
    yield LogSource(metadata["namespace"], metadata["name"], name)


def _annotated(factory: Factory, pod: Object) -> str:
    """Return the container that the pod's annotation names, "" where it names none that is there."""
    name: str = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if name and find_container(pod, name) is None:
        factory.warn(f'Default container name "{name}" not found in pod {pod["metadata"]["name"]}')
        return ""
    return name
