"""config delete-context: removes a context from the kubeconfig."""

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
  # forget the context minikube
  mk config delete-context minikube
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Remove the entry."""
    if len(flags.args) != 1:
        show_help(factory, VERB, "config delete-context")
        return
    name = flags.args[0]
    access = get_access(factory)

    def delete(config: Config) -> None:
        if name not in config.contexts:
            raise CliError(f"cannot delete context {name}, not in {access.default_filename}")
        if config.current_context == name:
            factory.warn(
                'warning: this removed your active context, use "kubectl config use-context" to select a different one'
            )
        del config.contexts[name]

    access.modify(delete)
    factory.write(f"deleted context {name} from {access.default_filename}\n")


VERB = Verb(
    "delete-context",
    "Delete the specified context from the kubeconfig",
    run,
    usage="NAME",
    long="Removes a context from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
