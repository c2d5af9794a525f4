"""The pods and containers that `debug` makes: an ephemeral container, a copy of a pod, a pod on a node (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.schema import load
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.cli_runtime.errors import CliError
from minikube_py.kubectl.debug_profiles import COPY, EPHEMERAL, LISTS, NODE, PROFILES, Case, Keep

Object = dict[str, Any]

POD_SCHEMA = "io.k8s.api.core.v1.Pod"
ROOT_NEEDED = (
    "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. "
    'Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".'
)


class Wanted(NamedTuple):
    """What flags say of the debugging container and of a copy. `share_processes` is None where nothing was said of it."""

    image: str
    words: Sequence[str]
    arguments_only: bool
    env: Mapping[str, str]
    pull_policy: str
    stdin: bool
    tty: bool
    target: str
    profile: str
    custom: Object | None
    keep: Keep = Keep()
    copy_to: str = ""
    same_node: bool = False
    share_processes: bool | None = None
    set_images: Mapping[str, str] = {}


def list_names(pod: Object) -> set[str]:
    """Return the names of all containers of a pod."""
    return {c["name"] for key in LISTS for c in pod["spec"].get(key) or ()}


def add_ephemeral_container(pod: Object, name: str, wanted: Wanted) -> Object:
    """Return the pod with an ephemeral container more."""
    made = make_container(name, wanted)
    if wanted.target:
        made["targetContainerName"] = wanted.target
    copied: Object = deep_copy(pod)
    copied["spec"]["ephemeralContainers"] = [*(copied["spec"].get("ephemeralContainers") or ()), made]
    return finish(Case(copied, name, EPHEMERAL, wanted.keep), "ephemeralContainers", wanted)


def make_node_pod(node: Object, name: str, container: str, wanted: Wanted) -> Object:
    """Return a pod that runs on the node whatever its taints."""
    spec = {
        "containers": [make_container(container, wanted)],
        "nodeName": node["metadata"]["name"],
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
    return finish(Case(pod, container, NODE, wanted.keep), "containers", wanted)


def copy_pod(pod: Object, name: str, wanted: Wanted) -> tuple[Object, str]:
    """Return a changed copy of the pod and which container debugs: the one called `name`, or a new one; "" where only images change.

    Raises CliError.
    """
    copied = _copy_bare(pod, wanted)
    container = next((c for key in LISTS for c in copied["spec"].get(key) or () if c["name"] == name), None)
    if container is None:
        if not wanted.image:
            if wanted.set_images:
                return copied, ""
            raise CliError("you must specify image when creating new container")
        container = {"name": name, "terminationMessagePolicy": "File"}
        copied["spec"]["containers"].append(container)
    _change_container(container, wanted)
    return finish(Case(copied, name, COPY, wanted.keep), "containers", wanted), name


def _copy_bare(pod: Object, wanted: Wanted) -> Object:
    before = pod["metadata"]
    metadata = {"name": wanted.copy_to, "namespace": before["namespace"]}
    metadata |= {key: dict(before[key]) for key in ("annotations", "labels") if before.get(key)}
    spec: Object = deep_copy(pod["spec"])
    spec.pop("ephemeralContainers", None)
    if wanted.share_processes is not None:
        spec["shareProcessNamespace"] = wanted.share_processes
    if not wanted.same_node:
        spec.pop("nodeName", None)
    for container in spec["containers"]:
        image = wanted.set_images.get(container["name"]) or wanted.set_images.get("*")
        if image:
            container["image"] = image
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _change_container(container: Object, wanted: Wanted) -> None:
    if wanted.words:
        container["args" if wanted.arguments_only else "command"] = list(wanted.words)
        if not wanted.arguments_only:
            container.pop("args", None)
    if wanted.env:
        container["env"] = make_env(wanted.env)
    if wanted.image:
        container["image"] = wanted.image
    if wanted.pull_policy:
        container["imagePullPolicy"] = wanted.pull_policy
    for field, value in (("stdin", wanted.stdin), ("tty", wanted.tty)):
        container.pop(field, None)
        if value:
            container[field] = True


def make_container(name: str, wanted: Wanted) -> Object:
    """Return a new debugging container."""
    container: Object = {"name": name, "terminationMessagePolicy": "File", "resources": {}}
    _change_container(container, wanted)
    return container


def make_env(env: Mapping[str, str]) -> list[Object]:
    """Return the environment as a container has it."""
    return [{"name": name, "value": value} if value else {"name": name} for name, value in env.items()]


def finish(case: Case, field: str, wanted: Wanted) -> Object:
    """Apply the profile, then the custom one, to the container in `spec.<field>`; return the pod. Raises CliError."""
    PROFILES[wanted.profile](case)
    if wanted.custom is None:
        return case.pod
    from minikube_py.apimachinery.patch.errors import PatchError
    from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch

    if not any(c["name"] == case.container for c in case.pod["spec"].get(field) or ()):
        what = "ephemeral container in the pod" if field == "ephemeralContainers" else "container in the pod"
        raise CliError(f"unable to find the {case.container} {what} {case.pod['metadata']['name']}")
    patch = {"spec": {field: [{**wanted.custom, "name": case.container}]}}
    try:
        patched: Object = apply_strategic_merge_patch(case.pod, patch, load(POD_SCHEMA))
    except PatchError as error:
        raise CliError(f"error creating three way patch to add debug container: {error}") from None
    return patched


def make_patch(before: Object, after: Object) -> Object:
    """Return the strategic merge patch by which a pod gets its new container.

    kubectl's patch names a container of a taken name before the one that has it, so that the latter prevails.
    """
    from minikube_py.apimachinery.patch.strategic_diff import create_two_way_merge_patch

    *others, new = after["spec"]["ephemeralContainers"]
    place = next((number for number, c in enumerate(others) if c["name"] == new["name"]), len(others))
    listed = [*others[:place], new, *others[place:]]
    return create_two_way_merge_patch(
        before, {**after, "spec": {**after["spec"], "ephemeralContainers": listed}}, load(POD_SCHEMA)
    )


def lacks_root(pod: Object, container: Object | None) -> bool:
    """Return whether a container has rights of which its user makes no use: the pod's is not root."""
    context = (container or {}).get("securityContext") or {}
    if not (pod["spec"].get("securityContext") or {}).get("runAsUser") or context.get("runAsUser") == 0:
        return False
    return bool(context.get("privileged") or (context.get("capabilities") or {}).get("add"))
