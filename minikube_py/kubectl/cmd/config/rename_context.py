"""config rename-context: gives a context another name."""

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
  # call the context old from now on new
  mk config rename-context old new
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Write the context under its new name; the current one stays current."""
    check_count(factory, VERB, "config rename-context", flags.args, [2])
    old, new = flags.args
    if not new:
        raise CliError("You must specify a new non-empty context name")
    access = get_access(factory)

    def rename(config: Config) -> None:
        problem = f"cannot rename the context {quote(old)}"
        if old not in config.contexts:
            raise CliError(f"{problem}, it's not in {access.default_filename}")
        if new in config.contexts:
            raise CliError(f"{problem}, the context {quote(new)} already exists in {access.default_filename}")
        config.contexts[new] = config.contexts.pop(old)
        config.origins["contexts", new] = config.origins["contexts", old]
        if config.current_context == old:
            config.current_context = new

    access.modify(rename)
    factory.write(f"Context {quote(old)} renamed to {quote(new)}.\n")


VERB = Verb(
    "rename-context",
    "Give a context another name",
    run,
    usage="CONTEXT_NAME NEW_NAME",
    long="Gives a context another name; if it is the current one it stays so.",
    examples=EXAMPLES,
)
