"""cluster list: the clusters of this machine, and which of them run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import list_profiles

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what clusters there are
  mk cluster list
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Print a line a cluster."""
    profiles = list_profiles()
    if not profiles:
        factory.warn('No clusters. "mk start" makes one.')
        return 0
    writer = new_table_writer(factory.streams.stdout)
    writer.write("NAME\tSTATUS\tNODES\tRUNTIME\n")
    for profile in profiles:
        status = "Running" if daemon_control.running_pid(profile) else "Stopped"
        try:
            config = profile.load()
            made_of = f"{len(config.nodes)}\t{config.runtime}"
        except CliError as error:
            factory.warn(error.prefix + error.message)
            made_of = "<unknown>\t<unknown>"
        writer.write(f"{profile.name}\t{status}\t{made_of}\n")
    writer.flush()
    return 0


VERB = Verb("list", "List clusters", run, (), "[flags]", "Lists the clusters of this machine.", EXAMPLES)
