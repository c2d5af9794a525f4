"""config use-context: makes another context the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import check_count
from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # work with the cluster minikube
  mk config use-context minikube
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Write the current context."""
    check_count(factory, VERB, "config use-context", flags.args, [1])
    name = flags.args[0]

    def switch(config: Config) -> None:
        if not name:
            raise CliError("empty context names are not allowed")
        if name not in config.contexts:
            raise CliError(f"no context exists with the name: {quote(name)}")
        config.current_context = name

    get_access(factory).modify(switch)
    factory.write(f"Switched to context {quote(name)}.\n")


VERB = Verb(
    "use-context",
    "Make a context the current one",
    run,
    usage="CONTEXT_NAME",
    long="Makes a context the one that commands use.",
    examples=EXAMPLES,
    aliases=("use",),
)
