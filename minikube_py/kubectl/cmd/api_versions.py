"""api-versions: the groups and versions that the cluster serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what apiVersion may be written in a manifest
  mk api-versions
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Print them sorted."""
    if flags.args:
        raise CliError(f"unexpected arguments: [{' '.join(flags.args)}]\nSee 'kubectl api-versions -h' for help and examples")
    try:
        versions = factory.discovery.list_versions()
    except StatusError as error:
        raise CliError(error.behind("couldn't get available api versions from server: ").message) from error
    factory.write("".join(f"{version}\n" for version in versions))
    return 0


VERB = Verb(
    "api-versions",
    "List the versions of the API, as group/version",
    run,
    (),
    "[flags]",
    "Prints apiVersions.",
    EXAMPLES,
)
