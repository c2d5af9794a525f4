"""config current-context: the context that commands use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which context is used?
  mk config current-context
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the current context's name."""
    current = get_access(factory).load().current_context
    if not current:
        raise CliError("current-context is not set")
    factory.write(f"{current}\n")


VERB = Verb(
    "current-context", "Display the current-context", run, (), "[flags]", "Prints the current context's name.", EXAMPLES
)
