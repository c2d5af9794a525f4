"""create service externalname."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.services import TCP_FLAG, create_service
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # the name db stands for db.example.com
  mk create service externalname db --external-name=db.example.com
"""

FLAGS = (*generators.GENERATOR_FLAGS, TCP_FLAG, flag("external-name", help="The name outside"))


def run(flags: Parsed, factory: Factory) -> None:
    """Create the service."""
    generators.require_flags(flags, "external-name")
    create_service(flags, factory, "ExternalName", {"externalName": flags["external-name"]})


VERB = Verb(
    "externalname",
    "Make a Service that is another name of a host",
    run,
    FLAGS,
    "NAME --external-name external.name [--dry-run=server|client|none]",
    "Creates a Service that stands for a name outside the cluster.",
    EXAMPLES,
)
