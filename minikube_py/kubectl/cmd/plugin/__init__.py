"""plugin: tells of the plugins on PATH."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # which plugins there are
  mk plugin list
"""

VERB = Verb(
    "plugin",
    "Find programs that add commands",
    usage="COMMAND",
    long="Tells of plugins. A program on PATH called kubectl-foo is run by `mk foo`, one called kubectl-foo-bar by `mk foo bar`; "
    "an underscore in its name stands for a dash. It is given the words behind, and flags must stand behind its name.",
    examples=EXAMPLES,
    subcommands=(("list", "minikube_py.kubectl.cmd.plugin.list"),),
)
