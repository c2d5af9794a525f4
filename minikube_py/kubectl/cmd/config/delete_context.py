"""config delete-context: removes a context from the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import show_help
from minikube_py.cli_runtime.config_access import Config
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.config_entries import delete_entry

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # forget the context minikube
  mk config delete-context minikube
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Remove the entry."""
    if len(flags.args) != 1:
        show_help(factory, VERB, "config delete-context")
        return
    name = flags.args[0]

    def warn(config: Config) -> None:
        if config.current_context == name:
            factory.warn(
                'warning: this removed your active context, use "kubectl config use-context" to select a different one'
            )

    delete_entry(factory, "context", name, warn)


VERB = Verb(
    "delete-context",
    "Take a context out of the kubeconfig",
    run,
    usage="NAME",
    long="Removes a context from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
