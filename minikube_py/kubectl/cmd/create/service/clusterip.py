"""create service clusterip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.services import TCP_FLAG, create_service
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # port 80 of the service leads to port 8080 of the pods
  mk create service clusterip web --tcp=80:8080

  # no address of its own: the name leads to the pods themselves
  mk create service clusterip web --clusterip=None
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    TCP_FLAG,
    flag("clusterip", help="Address inside the cluster; None for a service without one"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the service."""
    create_service(flags, factory, "ClusterIP", {"clusterIP": flags["clusterip"]})


VERB = Verb(
    "clusterip",
    "Make a Service reached from inside the cluster",
    run,
    FLAGS,
    "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    "Creates a Service that is reached from inside the cluster.",
    EXAMPLES,
)
