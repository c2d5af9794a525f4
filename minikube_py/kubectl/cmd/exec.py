"""exec: runs a command in a running container, with its streams or its terminal joined to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.manifests import read_manifests
from minikube_py.cli_runtime.remote_command import choose_tty, finish, join
from minikube_py.cli_runtime.resource_builder import flatten, get_named, make_info
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.kubectl.podcmd import CONTAINER_FLAG, find_or_default_container, get_timeout, refuse_finished, timeout_flag
from minikube_py.kubectl.polymorphic.attachable_pod import attachable_pod_for_object

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # a command in the pod's first container, and in another one
  mk exec web -- date
  mk exec web -c helper -- ls /tmp

  # a shell with a terminal
  mk exec -it web -- sh

  # in a pod of a deployment, with input from a pipe
  echo hello | mk exec -i deploy/web -- tr a-z A-Z
"""

FLAGS = (
    CONTAINER_FLAG,
    flag("filename", "f", kind="slice", help="File, folder or URL of the object whose pod is meant"),
    timeout_flag(60.0),
    flag("quiet", "q", False, "Print nothing but what the command does"),
    flag("stdin", "i", False, "Pass stdin on to the command"),
    flag("tty", "t", False, "Give the command a terminal"),
)


class Options(NamedTuple):
    """What to run and where; `resource` is "" where files name the object."""

    flags: Parsed
    resource: str
    command: tuple[str, ...]
    timeout: float


def complete(flags: Parsed) -> Options:
    """Turn flags and arguments into options: the object stands before the dash, the command behind it."""
    args, dash = flags.args, flags.dash
    resource = args[0] if args and dash != 0 else ""
    if dash in (0, 1):
        command = tuple(args[dash:])
    elif len(args) > 1 or (args and flags["filename"]):
        raise UsageError("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    else:
        command = ()
    return Options(flags, resource, command, get_timeout(flags))


def validate(options: Options) -> None:
    """Refuse a call without an object or a command."""
    if not options.resource and not options.flags["filename"]:
        raise CliError("pod, type/name or --filename must be specified")
    if not options.command:
        raise CliError("you must specify at least one command for the container")


def find_object(options: Options, factory: Factory) -> Object:
    """Return the object whose pod is meant."""
    if not options.flags["filename"]:
        return get_named(factory, [options.resource]).object or {}
    objects = [
        obj for m in read_manifests(options.flags["filename"], False, factory.streams.stdin) for obj in flatten(m.object)
    ]
    if len(objects) + bool(options.resource) != 1:
        raise CliError("cannot exec into multiple objects at a time")
    info = make_info(factory, objects[0], options.flags["filename"][0])
    return factory.client().get(info.resource.resource, info.name, info.namespace)


def run(flags: Parsed, factory: Factory) -> int:
    """Run the command and return its exit code."""
    options = complete(flags)
    validate(options)
    pod = attachable_pod_for_object(factory, find_object(options, factory), options.timeout)
    refuse_finished(pod)
    quiet, stdin = flags["quiet"], flags["stdin"]
    container = flags["container"] or find_or_default_container(factory, pod, "", quiet=quiet)["name"]
    raw = choose_tty(factory, stdin=stdin, tty=flags["tty"], quiet=quiet)
    metadata, streams = pod["metadata"], factory.connection.streams
    stream = streams.exec(metadata["namespace"], metadata["name"], container, options.command, stdin=stdin, tty=raw)
    return finish(join(factory.streams, stream, stdin=stdin, raw=raw))


VERB = Verb(
    "exec",
    "Run a program in a container",
    run,
    FLAGS,
    "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    "Runs a command in a container of a running pod and exits with its exit code.",
    EXAMPLES,
)
