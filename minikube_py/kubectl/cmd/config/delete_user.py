"""config delete-user: removes a user from the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.kubectl.config_entries import delete_entry

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
    delete_entry(factory, "user", flags.args[0])


VERB = Verb(
    "delete-user",
    "Take a user out of the kubeconfig",
    run,
    usage="NAME",
    long="Removes a user from the kubeconfig; the cluster itself is left alone.",
    examples=EXAMPLES,
)
