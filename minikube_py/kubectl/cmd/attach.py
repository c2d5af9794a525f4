"""attach: joins the streams of a container's own process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.remote_command import finish
from minikube_py.cli_runtime.resource_builder import get_named
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.attaching import FINISHED, Attachment, attach
from minikube_py.kubectl.podcmd import CONTAINER_FLAG, find_or_default_container, get_timeout, timeout_flag
from minikube_py.kubectl.polymorphic.attachable_pod import attachable_pod_for_object

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # see what the pod web writes from now on
  mk attach web

  # type into it, with a terminal
  mk attach web -it

  # of a deployment's pod, a certain container
  mk attach deploy/web -c helper
"""

FLAGS = (
    CONTAINER_FLAG,
    timeout_flag(60.0),
    flag("quiet", "q", False, "Print nothing but what the container writes"),
    flag("stdin", "i", False, "Pass stdin on to the container"),
    flag("tty", "t", False, "Our stdin is a terminal: hand it over"),
)


def complete(flags: Parsed, factory: Factory) -> Attachment:
    """Find the pod and the container. Raises CliError, UsageError, StatusError."""
    timeout = get_timeout(flags)
    if not flags.args:
        raise CliError("at least 1 argument is required for attach")
    if len(flags.args) > 2:
        words = " ".join(flags.args)
        raise CliError(f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(flags.args)}: [{words}]")
    pod = attachable_pod_for_object(factory, get_named(factory, flags.args).object or {}, timeout)
    phase = (pod.get("status") or {}).get("phase")
    if phase in FINISHED:
        raise CliError(f"cannot attach a container in a completed pod; current phase is {phase}")
    try:
        container = find_or_default_container(factory, pod, flags["container"], quiet=flags["quiet"])
    except CliError as error:
        raise CliError(f"cannot attach to the container: {error.message}") from None
    return Attachment(pod, container, flags["stdin"], flags["tty"], flags["quiet"])


def run(flags: Parsed, factory: Factory) -> int:
    """Join the streams until the container ends."""
    return finish(attach(factory, complete(flags, factory)))


VERB = Verb(
    "attach",
    "Connect to the process of a container",
    run,
    FLAGS,
    "(POD | TYPE/NAME) -c CONTAINER [flags]",
    "Joins stdout and stderr, with -i stdin too, of the process that a container runs.",
    EXAMPLES,
)
