"""Creates what `debug` made up, tells of it, and joins its container."""

from __future__ import annotations

import random
from typing import Any

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.apimachinery.generated_names import random_suffix
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.request import STRATEGIC_MERGE_PATCH
from minikube_py.client.resources import PODS
from minikube_py.client.streams import StreamError
from minikube_py.kubectl.attaching import Attachment, attach, show_log
from minikube_py.kubectl.debug_pods import (
    ROOT_NEEDED,
    Wanted,
    add_ephemeral_container,
    copy_pod,
    lacks_root,
    list_names,
    make_node_pod,
    make_patch,
)
from minikube_py.kubectl.podcmd import find_container

Object = dict[str, Any]

MANAGER = "kubectl-debug"
STATUS_LISTS = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


class Debugger:
    """Debugs one object after the other in the same way. `name` is the container's, "" for a generated one."""

    def __init__(self, factory: Factory, wanted: Wanted, *, name: str, quiet: bool) -> None:
        self._factory, self._wanted, self._name, self._quiet = factory, wanted, name, quiet
        self._client = factory.client(MANAGER)

    def debug_node(self, node: Object) -> tuple[Object, str]:
        """Create a pod on a node; return it and its container's name."""
        container, node_name = self._name or "debugger", node["metadata"]["name"]
        name = f"node-debugger-{node_name}-{make_suffix()}"
        self._say(f"Creating debugging pod {name} with container {container} on node {node_name}.\n")
        pod = make_node_pod(node, name, container, self._wanted)
        return self._client.create(PODS, pod, self._factory.namespace), container

    def debug_pod(self, pod: Object) -> tuple[Object, str]:
        """Copy a pod, or add a container to it; return the pod and the container's name, "" where it is no new one."""
        return self._copy(pod) if self._wanted.copy_to else self._add(pod)

    def _add(self, pod: Object) -> tuple[Object, str]:
        name = self._choose_name(pod)
        changed = add_ephemeral_container(pod, name, self._wanted)
        self._warn_of_user(changed, changed["spec"]["ephemeralContainers"][-1])
        metadata, patch = pod["metadata"], make_patch(pod, changed)
        where = (PODS, metadata["name"], patch, metadata["namespace"])
        try:
            return self._client.patch(*where, content_type=STRATEGIC_MERGE_PATCH, subresource="ephemeralcontainers"), name
        except NotFound as error:
            if (error.details or {}).get("name"):
                raise
            why = f'error from server: "{error.message}"'
            raise CliError(f"ephemeral containers are disabled for this cluster ({why})") from None

    def _copy(self, pod: Object) -> tuple[Object, str]:
        name = self._name
        if not name and self._wanted.image:
            bare = {**pod, "spec": {**pod["spec"], "ephemeralContainers": []}}
            name = self._choose_name(bare)
        copied, container = copy_pod(pod, name, self._wanted)
        self._warn_of_user(copied, next((c for c in copied["spec"]["containers"] if c["name"] == container), None))
        return self._client.create(PODS, copied, copied["metadata"]["namespace"]), container

    def _choose_name(self, pod: Object) -> str:
        if self._name:
            return self._name
        taken, name = list_names(pod), ""
        while not name or name in taken:
            name = f"debugger-{make_suffix()}"
        self._say(f"Defaulting debug container name to {name}.\n")
        return name

    def _warn_of_user(self, pod: Object, container: Object | None) -> None:
        if lacks_root(pod, container):
            self._factory.warn(ROOT_NEEDED)

    def _say(self, text: str) -> None:
        if not self._quiet:
            self._factory.write(text)
            self._factory.streams.stdout.flush()

    def join(self, pod: Object, name: str) -> None:
        """Wait until the container runs and join it; show its log where it has ended, or cannot be joined."""
        pod = self._wait(pod, name)
        if "terminated" in (find_status(pod, name) or {}):
            show_log(self._factory, pod, name)
            return
        container = find_container(pod, name) or {}
        wanted = Attachment(pod, container, self._wanted.stdin, self._wanted.tty, self._quiet, replay=True)
        try:
            end = attach(self._factory, wanted)
            problem = end.error
        except (StatusError, StreamError) as error:
            problem = str(error)
        if problem:
            where = f"pod/{pod['metadata']['name']}"
            self._factory.warn(f"warning: couldn't attach to {where}, falling back to streaming logs: {problem}")
            show_log(self._factory, pod, name)

    def _wait(self, pod: Object, name: str) -> Object:
        """Return the pod once the container runs or has run, telling meanwhile what it waits for. Raises NotFound."""
        namespace, field = pod["metadata"]["namespace"], f"metadata.name={pod['metadata']['name']}"
        listed = self._client.list(PODS, namespace, field_selector=field)
        for found in listed["items"]:
            if self._is_started(found, name):
                return dict(found)
        params = {"resourceVersion": listed["metadata"]["resourceVersion"], "fieldSelector": field}
        for event in self._client.watch(PODS, namespace, **params):
            if event.type == "DELETED":
                raise NotFound('pods "" not found')
            if self._is_started(event.object, name):
                return event.object
        raise AssertionError("a watch without a time limit goes on")

    def _is_started(self, pod: Object, name: str) -> bool:
        state = find_status(pod, name) or {}
        if "running" in state or "terminated" in state:
            return True
        message = (state.get("waiting") or {}).get("message")
        if message and not self._quiet:
            self._factory.warn(f"Warning: container {name}: {message}")
        return False


def find_status(pod: Object, name: str) -> Object | None:
    """Return the state of a pod's container, None where its status does not tell of it yet."""
    for key in STATUS_LISTS:
        for status in (pod.get("status") or {}).get(key) or ():
            if status["name"] == name:
                return status.get("state") or {}
    return None


def make_suffix() -> str:
    """Return five random characters."""
    return random_suffix(random.SystemRandom())
