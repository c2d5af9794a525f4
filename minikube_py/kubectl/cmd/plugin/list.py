"""plugin list: the plugins on PATH, and what is wrong with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.cmd.groups import make_root
from minikube_py.kubectl.plugins import find_command, judge_plugin, list_plugins

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # their paths
  mk plugin list

  # their names
  mk plugin list --name-only
"""

FLAGS = (flag("name-only", default=False, help="Show names instead of paths"),)
NONE = "error: unable to find any kubectl plugins in your PATH"


def run(flags: Parsed, factory: Factory) -> None:
    """List them. Raises CliError where there are none, or with the number of warnings."""
    found = list_plugins()
    for problem in found.problems:
        factory.warn(problem)
    if not found.paths:
        raise CliError(NONE, prefix="")
    factory.write("The following compatible plugins are available:\n\n")
    seen: dict[str, str] = {}
    root, count = make_root(), 0
    for path in found.paths:
        factory.write((os.path.basename(path) if flags["name-only"] else path) + "\n")
        for warning in judge_plugin(path, seen, find_command(path, root)):
            factory.warn(f"  - {warning}")
            count += 1
    if count:
        told = "one plugin warning was found" if count == 1 else f"{count} plugin warnings were found"
        raise CliError(told)


VERB = Verb(
    "list",
    "List the programs on PATH that add commands",
    run,
    FLAGS,
    "[flags]",
    "Lists programs on PATH whose names begin with kubectl-, with warnings about those that cannot be run, or never are "
    "because a command or another plugin has their name.",
    EXAMPLES,
)
