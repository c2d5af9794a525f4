"""cp: copies files and folders into and out of containers, by way of the container's own tar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.copying import FileSpec, Remote, copy_from_pod, copy_to_pod
from minikube_py.kubectl.podcmd import CONTAINER_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a folder into the pod web, and out of it again
  mk cp site web:/usr/share/site
  mk cp web:/usr/share/site copy

  # a file into a container of a pod in another namespace
  mk cp notes.txt dev/web:/tmp/notes.txt -c helper
"""

FLAGS = (
    CONTAINER_FLAG,
    flag("no-preserve", default=False, help="Do not keep owner and permissions in the container"),
    flag("retries", default=0, help="Go on this often where copying out of a container breaks off; negative for always"),
)

BAD_SPEC = "filespec must match the canonical format: [[namespace/]pod:]file/path"


class Options(NamedTuple):
    """From where to where."""

    source: FileSpec
    target: FileSpec
    container: str
    no_preserve: bool
    retries: int


def parse_spec(text: str) -> FileSpec:
    """Return what `[[namespace/]pod:]path` stands for. Raises CliError."""
    where, colon, path = text.partition(":")
    if not colon:
        return FileSpec("", "", strip_slash(text))
    names = where.split("/")
    if not where or len(names) > 2:
        raise CliError(BAD_SPEC)
    return FileSpec(names[0] if len(names) == 2 else "", names[-1], strip_slash(path))


def strip_slash(path: str) -> str:
    """Return a path without a slash at its end, but for the root."""
    return path[:-1] if path.endswith("/") and path != "/" else path


def complete(flags: Parsed) -> Options:
    """Read the two places. Raises CliError."""
    if len(flags.args) != 2:
        raise CliError("source and destination are required")
    source, target = map(parse_spec, flags.args)
    return Options(source, target, flags["container"], flags["no-preserve"], flags["retries"])


def validate(options: Options) -> None:
    """Refuse two places in containers, two that are here, and none at all."""
    if options.source.pod and options.target.pod:
        raise CliError("one of src or dest must be a local file specification")
    if not options.source.path or not options.target.path:
        raise CliError("filepath can not be empty")
    if not options.source.pod and not options.target.pod:
        raise CliError("one of src or dest must be a remote file specification")


def run(flags: Parsed, factory: Factory) -> int:
    """Copy."""
    options = complete(flags)
    validate(options)
    outward = bool(options.source.pod)
    place = options.source if outward else options.target
    remote = Remote(factory, place.namespace or factory.namespace, place.pod, options.container)
    if outward:
        copy_from_pod(remote, place, options.target.path, options.retries)
    else:
        copy_to_pod(remote, options.source.path, place.path, no_preserve=options.no_preserve)
    return 0


VERB = Verb(
    "cp",
    "Copy files into containers and out of them",
    run,
    FLAGS,
    "<file-spec-src> <file-spec-dest> [flags]",
    "Copies files and folders into or out of a container, in which there has to be a tar.",
    EXAMPLES,
)
