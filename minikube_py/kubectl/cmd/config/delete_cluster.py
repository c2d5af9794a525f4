"""config delete-cluster: removes a cluster from the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import show_help
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.config_entries import delete_entry

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
    delete_entry(factory, "cluster", flags.args[0])


VERB = Verb(
    "delete-cluster",
    "Take a cluster out of the kubeconfig",
    run,
    usage="NAME",
    long="Removes a cluster from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
