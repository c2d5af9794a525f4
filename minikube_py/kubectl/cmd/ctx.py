"""ctx: the contexts, and going over to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.previous import read_previous, remember_previous
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import UsageError, Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which contexts there are; a star stands before the current one
  mk ctx

  # work with another cluster, then go back
  mk ctx staging
  mk ctx -
"""

PREVIOUS = "context"


def run(flags: Parsed, factory: Factory) -> None:
    """List the contexts or switch to one."""
    if len(flags.args) > 1:
        raise UsageError("ctx takes one context at most")
    access = get_access(factory)
    if not flags.args:
        config = access.load()
        for name in sorted(config.contexts):
            factory.write(f"{'*' if name == config.current_context else ' '} {name}\n")
        return
    wanted = read_previous(PREVIOUS) if flags.args[0] == "-" else flags.args[0]
    if not wanted:
        raise CliError("there is no previous context to go back to")

    def switch(config: Config) -> None:
        if wanted not in config.contexts:
            raise CliError(f"no context exists with the name: {quote(wanted)}")
        if config.current_context != wanted:
            remember_previous(PREVIOUS, config.current_context)
        config.current_context = wanted

    access.modify(switch)
    factory.write(f"Switched to context {quote(wanted)}.\n")


def complete_contexts(factory: Factory, args: object, word: str) -> list[str]:
    """Return the contexts that begin with a word."""
    return [name for name in sorted(get_access(factory).load().contexts) if name.startswith(word)]


VERB = Verb(
    "ctx",
    "List contexts or switch to one",
    run,
    usage="[CONTEXT | -]",
    long="Without an argument lists the contexts of the kubeconfig; with one makes it the current context. - goes back to the one before.",
    examples=EXAMPLES,
    complete_words=complete_contexts,
)
