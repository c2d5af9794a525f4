"""create service nodeport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.services import TCP_FLAG, create_service
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # reached on a port of every node
  mk create service nodeport web --tcp=80:8080 --node-port=30080
"""

FLAGS = (*generators.GENERATOR_FLAGS, TCP_FLAG, flag("node-port", default=0, help="Port on every node; chosen where not given"))


def run(flags: Parsed, factory: Factory) -> None:
    """Create the service."""
    create_service(flags, factory, "NodePort", {}, flags["node-port"])


VERB = Verb(
    "nodeport",
    "Make a Service reached by a port of every node",
    run,
    FLAGS,
    "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    "Creates a Service that is reached on a port of every node.",
    EXAMPLES,
)
