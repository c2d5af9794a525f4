"""rollout status: follows a rollout until it is finished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.kubectl.polymorphic.rollout_changes import SELECT_FLAGS, require_resource
from minikube_py.kubectl.polymorphic.status_viewer import find_viewer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # until the new version is up
  mk rollout status deployment/web

  # how far is it now?
  mk rollout status deployment/web --watch=false
"""

FLAGS = (
    *SELECT_FLAGS,
    flag("watch", "w", True, "Follow it until it is finished"),
    flag("revision", default=0, help="Only while this revision is rolled out; 0 is the latest"),
    flag("timeout", kind="duration", default=0.0, help="Give up after this long; 0 is never"),
)


def validate(flags: Parsed) -> None:
    """Refuse what means nothing."""
    require_resource(flags)
    if flags["revision"] < 0:
        raise CliError(f"revision must be a positive integer: {flags['revision']}")


def run(flags: Parsed, factory: Factory) -> None:
    """Follow each chosen rollout, one after the other."""
    validate(flags)
    problems: list[Exception] = []
    found = False
    for info in visit_selected(factory, flags, flags.args, Want(every=True, typed=True)):
        if isinstance(info, Exception):
            problems.append(info)
            continue
        found = True
        try:
            follow(flags, factory, info)
        except (CliError, StatusError) as error:
            problems.append(error)
    raise_all(problems)
    if not found:
        factory.warn(f"No resources found in {factory.namespace} namespace.")


def follow(flags: Parsed, factory: Factory, info: Info) -> None:
    """Print how far one rollout is, at each step. Raises CliError where it fails or takes too long."""
    view = find_viewer(info.resource)
    for obj in _list_states(flags, factory, info):
        progress = view(obj, flags["revision"])
        factory.write(progress.text)
        factory.streams.stdout.flush()
        if progress.done or not flags["watch"]:
            return
    raise CliError("timed out waiting for the condition")


def _list_states(flags: Parsed, factory: Factory, info: Info) -> Iterator[Object]:
    """Yield the object as it is and after each change. Raises CliError once it is deleted."""
    obj = info.object or {}
    yield obj
    events = factory.client().watch(
        info.resource.resource,
        info.namespace,
        timeout=flags["timeout"] or None,
        resourceVersion=obj["metadata"]["resourceVersion"],
        fieldSelector=f"metadata.name={info.name}",
    )
    for event in events:
        if event.type in ("ADDED", "MODIFIED"):
            yield event.object
        elif event.type == "DELETED":
            raise CliError("object has been deleted")
        elif event.type == "ERROR":
            raise CliError(event.object.get("message") or "the watch has ended")


VERB = Verb(
    "status",
    "Follow a rollout to its end",
    run,
    FLAGS,
    "(TYPE NAME | TYPE/NAME) [flags]",
    "Prints how far the latest rollout is, at each step until it is finished or has failed.",
    EXAMPLES,
)
