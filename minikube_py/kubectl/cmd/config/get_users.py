"""config get-users: the users of the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import get_access
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which users are there?
  mk config get-users
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the names, in order."""
    names = sorted(get_access(factory).load().users)
    factory.write("".join(f"{name}\n" for name in ["NAME", *names]))


VERB = Verb("get-users", "List the users of the kubeconfig", run, (), "[flags]", "Prints the names of the users.", EXAMPLES)
