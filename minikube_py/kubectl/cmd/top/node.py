"""top node: what nodes use, and which part that is of what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import NODE_METRICS, NODES
from minikube_py.kubectl.metrics_client import NOT_YET, check_labels, check_sort, get_metrics, require_metrics_api
from minikube_py.kubectl.top_tables import write_node_table

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # all nodes, and one
  mk top node
  mk top node minikube
"""

FLAGS = (
    flag("no-headers", default=False, help="Do not print the line of headings"),
    flag("selector", "l", help="Nodes that have these labels"),
    flag("show-capacity", default=False, help="Parts of what a node has, not of what pods may have"),
    flag("sort-by", help="Sort by cpu or memory, most first"),
    flag("use-protocol-buffers", default=True, no_effect="measurements come as they are"),
)
USAGE = "node [NAME | -l label]"


def complete(flags: Parsed) -> str:
    """Return the node's name, "" for all. Raises UsageError, CliError."""
    if len(flags.args) > 1:
        raise UsageError(USAGE)
    name = flags.args[0] if flags.args else ""
    check_sort(flags)
    if name and flags["selector"]:
        raise CliError("only one of NAME or --selector can be provided")
    return name


def run(flags: Parsed, factory: Factory) -> None:
    """Print the table."""
    name = complete(flags)
    check_labels(flags["selector"])
    require_metrics_api(factory)
    metrics = get_metrics(factory, NODE_METRICS, "", name, flags["selector"])
    if not metrics:
        raise CliError(NOT_YET)
    client = factory.client()
    nodes = [client.get(NODES, name)] if name else client.list(NODES, "", flags["selector"])["items"]
    field = "capacity" if flags["show-capacity"] else "allocatable"
    available = {node["metadata"]["name"]: (node.get("status") or {}).get(field) or {} for node in nodes}
    write_node_table(factory.streams.stdout, metrics, available, flags)


VERB = Verb(
    "node",
    "Show what nodes use",
    run,
    FLAGS,
    "[NAME | -l label]",
    "Shows what nodes use. The machine is one for all nodes: a node's use is that of its pods.",
    EXAMPLES,
    aliases=("nodes", "no"),
)
