"""__complete: what the shells' scripts ask. Hidden; prints a word a line with its meaning, and a number for the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb, load_verb
from minikube_py.kubectl.cmd.groups import make_root

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def run(flags: Parsed, factory: Factory) -> None:
    """Print what may stand in the place of the last word."""
    from minikube_py.kubectl.completion.candidates import Completer

    answer = Completer(make_root(), load_verb, factory).complete(flags.args)
    for candidate in answer.candidates:
        meaning = candidate.meaning.partition("\n")[0]
        factory.write(f"{candidate.word}\t{meaning}\n" if meaning else f"{candidate.word}\n")
    factory.write(f":{answer.directive}\n")


VERB = Verb("__complete", "Request shell completion choices for the specified command-line", run, disable_flags=True)
