"""ns: the namespaces, and working in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.previous import read_previous, remember_previous
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import NAMESPACES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which namespaces there are; a star stands before the one you work in
  mk ns

  # work in another one, then go back
  mk ns dev
  mk ns -
"""


def run(flags: Parsed, factory: Factory) -> None:
    """List the namespaces, or write one into the current context."""
    if len(flags.args) > 1:
        raise UsageError("ns takes one namespace at most")
    if not flags.args:
        for name in _list_namespaces(factory):
            factory.write(f"{'*' if name == factory.namespace else ' '} {name}\n")
        return
    access = get_access(factory)
    context = factory.flags.values.get("context") or access.load().current_context
    if not context:
        raise CliError("no current context is set")
    previous = f"namespace of {context}"
    wanted = read_previous(previous) if flags.args[0] == "-" else flags.args[0]
    if not wanted:
        raise CliError("there is no previous namespace to go back to")
    factory.client().get(NAMESPACES, wanted)

    def switch(config: Config) -> None:
        entry = config.contexts.get(context)
        if entry is None:
            raise CliError(f"no context exists with the name: {quote(context)}")
        before = entry.get("namespace") or "default"
        if before != wanted:
            remember_previous(previous, before)
        config.contexts[context] = {**entry, "namespace": wanted}

    access.modify(switch)
    factory.write(f"Context {quote(context)} works in namespace {quote(wanted)}.\n")


def _list_namespaces(factory: Factory) -> list[str]:
    return [namespace["metadata"]["name"] for namespace in factory.client().list(NAMESPACES)["items"]]


def complete_namespaces(factory: Factory, args: object, word: str) -> list[str]:
    """Return the namespaces that begin with a word."""
    return [name for name in _list_namespaces(factory) if name.startswith(word)]


VERB = Verb(
    "ns",
    "List namespaces or work in one",
    run,
    usage="[NAMESPACE | -]",
    long="Without an argument lists the namespaces; with one makes it the namespace of the current context. - goes back to the one before.",
    examples=EXAMPLES,
    complete_words=complete_namespaces,
)
