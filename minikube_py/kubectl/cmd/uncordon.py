"""uncordon: marks nodes as schedulable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, cordon_all, find_nodes

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # the node may take pods again
  mk uncordon minikube-m02
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Mark the nodes."""
    nodes = find_nodes(flags, factory, "uncordon NODE")
    cordon_all(nodes, factory, get_dry_run(flags, factory), unschedulable=False)


VERB = Verb(
    "uncordon", "Send pods to a node again", run, NODE_FLAGS, "NODE", "The scheduler may put pods on the node again.", EXAMPLES
)
