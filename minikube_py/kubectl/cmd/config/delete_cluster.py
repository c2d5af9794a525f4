"""config delete-cluster: removes a cluster from the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import show_help
from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # forget the cluster minikube
  mk config delete-cluster minikube
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Remove the entry."""
    if len(flags.args) != 1:
        show_help(factory, VERB, "config delete-cluster")
        return
    name = flags.args[0]
    access = get_access(factory)

    def delete(config: Config) -> None:
        if name not in config.clusters:
            raise CliError(f"cannot delete cluster {name}, not in {access.default_filename}")
        del config.clusters[name]

    access.modify(delete)
    factory.write(f"deleted cluster {name} from {access.default_filename}\n")


VERB = Verb(
    "delete-cluster",
    "Delete the specified cluster from the kubeconfig",
    run,
    usage="NAME",
    long="Removes a cluster from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
