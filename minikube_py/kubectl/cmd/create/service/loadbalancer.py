"""create service loadbalancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.services import TCP_FLAG, create_service
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # reached from outside, on an address that a load balancer gives
  mk create service loadbalancer web --tcp=80:8080
"""

FLAGS = (*generators.GENERATOR_FLAGS, TCP_FLAG)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the service."""
    create_service(flags, factory, "LoadBalancer", {})


VERB = Verb(
    "loadbalancer",
    "Make a Service with an address of its own outside",
    run,
    FLAGS,
    "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    "Creates a Service that a load balancer makes reachable from outside.",
    EXAMPLES,
)
