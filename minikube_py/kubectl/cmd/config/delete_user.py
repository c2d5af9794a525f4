"""config delete-user: removes a user from the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import UsageError, Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # forget the user minikube
  mk config delete-user minikube
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Remove the entry."""
    if len(flags.args) != 1:
        raise UsageError("user to delete is required")
    name = flags.args[0]
    access = get_access(factory)

    def delete(config: Config) -> None:
        if name not in config.users:
            raise CliError(f"cannot delete user {name}, not in {access.default_filename}")
        del config.users[name]

    access.modify(delete)
    factory.write(f"deleted user {name} from {access.default_filename}\n")


VERB = Verb(
    "delete-user",
    "Delete the specified user from the kubeconfig",
    run,
    usage="NAME",
    long="Removes a user from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
