"""Attaching to a container, for `attach` and for `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError, new_not_found
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.remote_command import choose_tty, join, write_bytes
from minikube_py.client.resources import PODS
from minikube_py.client.streams import End, LogRequest, NotRunning, StreamError
from minikube_py.kubectl.podcmd import find_or_default_container
from minikube_py.kubectl.polymorphic.attachable_pod import TIMED_OUT

Object = dict[str, Any]

FINISHED = ("Succeeded", "Failed")
REATTACH = "Session ended, resume using 'kubectl attach {} -c {} -i -t' command when the pod is running"
REATTACH_EPHEMERAL = (
    "Session ended, the ephemeral container will not be restarted but may be reattached using "
    "'kubectl attach {} -c {} -i -t' if it is still running"
)
HINT = "If you don't see a command prompt, try pressing enter."


class Attachment(NamedTuple):
    """What to attach to and how. `replay`: what the container wrote before comes first."""

    pod: Object
    container: Object
    stdin: bool
    tty: bool
    quiet: bool
    replay: bool = False


def attach(factory: Factory, wanted: Attachment) -> End:
    """Join the container's streams until it ends; the End has no exit code to report: attach does not ask for it.

    Raises StatusError and StreamError where it cannot be attached to.
    """
    container, metadata = wanted.container, wanted.pod["metadata"]
    tty = wanted.tty
    if tty and not container.get("tty"):
        tty = False
        if not wanted.quiet:
            factory.warn(f"error: Unable to use a TTY - container {container['name']} did not allocate one")
    elif container.get("tty"):
        tty = True
    raw = choose_tty(factory, stdin=wanted.stdin, tty=tty, quiet=wanted.quiet)
    if not wanted.quiet:
        factory.warn(HINT)
    where = (metadata["namespace"], metadata["name"], container["name"])
    stream = factory.connection.streams.attach(*where, stdin=wanted.stdin, tty=raw, replay=wanted.replay)
    end = join(factory.streams, stream, stdin=wanted.stdin, raw=raw)
    if raw and not end.error and (message := tell_reattachment(wanted)):
        factory.write(message + "\n")
    return End(0, end.error)


def tell_reattachment(wanted: Attachment) -> str:
    """Return how to come back to a terminal that was left, "" where the pod does not go on."""
    spec, names = wanted.pod["spec"], (wanted.pod["metadata"]["name"], wanted.container["name"])
    if wanted.quiet or not wanted.stdin or spec.get("restartPolicy", "Always") != "Always":
        return ""
    ephemeral = any(c["name"] == names[1] for c in spec.get("ephemeralContainers") or ())
    return (REATTACH_EPHEMERAL if ephemeral else REATTACH).format(*names)


def attach_or_log(factory: Factory, pod: Object, timeout: float, *, stdin: bool, tty: bool, quiet: bool) -> None:
    """Wait until a new pod runs and join it; show its log where it has ended already, or cannot be joined."""
    pod = wait_for_pod(factory, pod, timeout, is_running_or_over)
    container = find_or_default_container(factory, pod, "", quiet=quiet)
    if pod["status"]["phase"] in FINISHED:
        show_log(factory, pod, container["name"])
        return
    try:
        end = attach(factory, Attachment(pod, container, stdin, tty, quiet, replay=True))
        if not end.error:
            return
        problem = end.error
    except NotRunning:  # it ended since we looked: its log is all there is to see
        show_log(factory, pod, container["name"])
        return
    except (StreamError, StatusError) as error:
        problem = str(error)
    name = pod["metadata"]["name"]
    factory.warn(f"warning: couldn't attach to pod/{name}, falling back to streaming logs: {problem}")
    show_log(factory, pod, container["name"])


def show_log(factory: Factory, pod: Object, container: str) -> None:
    """Print a container's log."""
    metadata = pod["metadata"]
    for piece in factory.connection.streams.logs(metadata["namespace"], metadata["name"], LogRequest(container)):
        write_bytes(factory.streams.stdout, piece)


def is_running_or_over(pod: Object) -> bool:
    """Return whether a pod is ready, or has ended."""
    status = pod.get("status") or {}
    if status.get("phase") in FINISHED:
        return True
    ready = [c for c in status.get("conditions") or () if c["type"] == "Ready" and c["status"] == "True"]
    return status.get("phase") == "Running" and bool(ready)


def wait_for_end(factory: Factory, pod: Object, timeout: float, *, only_success: bool) -> Object:
    """Return the pod when it has ended; with `only_success`, when it has succeeded. Raises CliError."""
    phases = FINISHED[:1] if only_success else FINISHED
    return wait_for_pod(factory, pod, timeout, lambda seen: (seen.get("status") or {}).get("phase") in phases)


def wait_for_pod(factory: Factory, pod: Object, timeout: float, is_met: Callable[[Object], bool]) -> Object:
    """Return the pod as soon as the condition is met. Raises NotFound where it goes, CliError after `timeout` seconds."""
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    client = factory.client()
    field = f"metadata.name={name}"
    listed = client.list(PODS, namespace, field_selector=field)
    for found in listed["items"]:
        if is_met(found):
            return dict(found)
    params = {"resourceVersion": listed["metadata"]["resourceVersion"], "fieldSelector": field}
    for event in client.watch(PODS, namespace, timeout=timeout, **params):
        if event.type == "DELETED":
            raise new_not_found("", "pods", name)
        if event.type in ("ADDED", "MODIFIED") and is_met(event.object):
            return event.object
    raise CliError(TIMED_OUT)
