"""config get-contexts: the contexts of the kubeconfig, the current one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import get_access
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.tabwriter import new_table_writer
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which contexts are there?
  mk config get-contexts

  # their names only
  mk config get-contexts -o name
"""

FLAGS = (
    flag("no-headers", default=False, help="Leave out the heading line"),
    flag("output", "o", help="name"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Print a line a context, then which of those asked for are not there."""
    output = flags["output"]
    if output not in ("", "name"):
        text = f"--output {output} is not available in kubectl config get-contexts; resetting to default output format"
        raise CliError(text)
    config = get_access(factory).load()
    names = flags.args or list(config.contexts)
    writer = new_table_writer(factory.streams.stdout)
    if not flags["no-headers"] and not output:
        writer.write("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n")
    for name in sorted(name for name in names if name in config.contexts):
        context = config.contexts[name]
        mark = "*" if name == config.current_context else " "
        cells = [mark, name, context["cluster"], context["user"], context.get("namespace", "")]
        writer.write(f"{name}\n" if output else "\t".join(cells) + "\n")
    writer.flush()
    if missing := [CliError(f"context {name} not found") for name in names if name not in config.contexts]:
        raise missing[0] if len(missing) == 1 else AggregateError(missing)


VERB = Verb(
    "get-contexts",
    "List contexts with their clusters and users",
    run,
    FLAGS,
    "[(-o|--output=)name)]",
    "Prints the contexts; a star marks the current one.",
    EXAMPLES,
)
