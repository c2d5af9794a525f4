"""Which container of a pod a command means. k8s.io/kubectl's pkg/cmd/util/podcmd."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.verb import UsageError

Object = dict[str, Any]

CONTAINER_FLAG = flag(
    "container", "c", help="Which container; without it the one an annotation of the pod names, else the first"
)
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


def list_container_names(pod: Object) -> str:
    """Return all names as messages list them: `main, helper (ephem), setup (init)`."""
    spec = pod["spec"]
    names = [c["name"] for c in spec["containers"]]
    names += [f"{c['name']} (ephem)" for c in spec.get("ephemeralContainers") or ()]
    names += [f"{c['name']} (init)" for c in spec.get("initContainers") or ()]
    return ", ".join(names)


def find_container(pod: Object, name: str) -> Object | None:
    """Return the container of that name, of any kind."""
    for key in ("containers", "initContainers", "ephemeralContainers"):
        for container in pod["spec"].get(key) or ():
            if container["name"] == name:
                found: Object = container
                return found
    return None


def is_one_of_several(pod: Object) -> bool:
    """Return whether there is anything to choose from."""
    spec = pod["spec"]
    return len(spec["containers"]) > 1 or bool(spec.get("initContainers") or spec.get("ephemeralContainers"))


def tell_default(factory: Factory, pod: Object, name: str) -> None:
    """Say on stderr which container was taken, where there are several."""
    if is_one_of_several(pod):
        factory.warn(f'Defaulted container "{name}" out of: {list_container_names(pod)}')


def find_or_default_container(factory: Factory, pod: Object, name: str, *, quiet: bool) -> Object:
    """Return the named container, else the one the pod's annotation names, else the first. Raises CliError."""
    name = name or (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if name:
        found = find_container(pod, name)
        if found is None:
            raise CliError(f"container {name} not found in pod {pod['metadata']['name']}")
        return found
    first: Object = pod["spec"]["containers"][0]
    if not quiet:
        tell_default(factory, pod, first["name"])
    return first


def refuse_finished(pod: Object) -> None:
    """Raise CliError for a pod in which nothing can be run any more."""
    phase = (pod.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise CliError(f"cannot exec into a container in a completed pod; current phase is {phase}")


def timeout_flag(seconds: float) -> Flag:
    """Return the flag --pod-running-timeout with its default."""
    return flag(
        "pod-running-timeout", kind="duration", default=seconds, help="Wait this long, such as 5s or 2m, for a pod to be there"
    )


def get_timeout(flags: Parsed) -> float:
    """Return the seconds of --pod-running-timeout. Raises UsageError."""
    seconds: float = flags["pod-running-timeout"]
    if seconds <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")
    return seconds
