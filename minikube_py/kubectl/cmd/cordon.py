"""cordon: marks nodes as unschedulable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, cordon_all, find_nodes

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # no new pods on this node
  mk cordon minikube-m02
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Mark the nodes."""
    nodes = find_nodes(flags, factory, "cordon NODE")
    cordon_all(nodes, factory, get_dry_run(flags, factory), unschedulable=True)


VERB = Verb(
    "cordon",
    "Send no new pods to a node",
    run,
    NODE_FLAGS,
    "NODE",
    "The scheduler puts no new pods on a node that is cordoned; those that run there go on.",
    EXAMPLES,
)
