"""help: a command's help page, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb, find_verb, load_verb
from minikube_py.kubectl.cmd.groups import make_root

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def run(flags: Parsed, factory: Factory) -> None:
    """Print the page of the command that the arguments name, of all commands without any."""
    from minikube_py.kubectl import program_help

    root = make_root()
    verb, path, _ = find_verb(flags.args, root, load_verb)
    if flags.args and verb is root:
        listed = " ".join(f"`{word}`" for word in flags.args)
        factory.warn(f"Unknown help topic [{listed}]")
        factory.warn(program_help.render(root, "mk"))
        return
    factory.write(program_help.render(verb, path) + "\n")


VERB = Verb("help", "Help about any command", run)
