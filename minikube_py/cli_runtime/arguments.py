"""Checks of a command's arguments that several verbs make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def check_count(factory: Factory, verb: Verb, path: str, args: Sequence[str], allowed: Sequence[int]) -> None:
    """Show the help page and raise CliError where there are more or fewer arguments than `allowed`."""
    if len(args) not in allowed:
        show_help(factory, verb, path)
        raise CliError(f"Unexpected args: [{' '.join(args)}]")


def show_help(factory: Factory, verb: Verb, path: str) -> None:
    """Print the help page of the verb that is called as `path`."""
    from minikube_py.cli_runtime import help_pages

    factory.write(help_pages.render(verb, f"mk {path}") + "\n")


def parse_pairs(words: Sequence[str], what: str) -> tuple[dict[str, str], list[str]]:
    """Return what `KEY=VALUE` words set and what `KEY-` words remove. Raises CliError; `what` names the words in its text."""
    added: dict[str, str] = {}
    removed: list[str] = []
    invalid: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key:
            added[key] = value
        elif not equals and word.endswith("-") and word != "-":
            removed.append(word[:-1])
        else:
            invalid.append(word)
    if invalid:
        raise CliError(f"invalid {what} format: {', '.join(invalid)}")
    return added, removed
