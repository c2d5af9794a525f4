"""cordon: marks nodes as unschedulable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, check_node_arguments, cordon_all, find_nodes

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # no new pods on this node
  mk cordon minikube-m02
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Mark the nodes."""
    check_node_arguments(flags, "cordon NODE")
    dry_run = get_dry_run(flags, factory)
    cordon_all(find_nodes(flags, factory), factory, dry_run, unschedulable=True)


VERB = Verb(
    "cordon",
    "Mark node as unschedulable",
    run,
    NODE_FLAGS,
    "NODE",
    "The scheduler puts no new pods on a node that is cordoned; those that run there go on.",
    EXAMPLES,
)
