"""create namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import NAMESPACES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a namespace called demo
  mk create namespace demo
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Create the namespace."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    namespace = make_object(NAMESPACES, make_metadata(create, namespaced=False), spec={}, status={})
    generators.create_object(create, factory, NAMESPACES, namespace)


VERB = Verb(
    "namespace",
    "Make a namespace",
    run,
    generators.GENERATOR_FLAGS,
    "NAME [--dry-run=server|client|none]",
    "Creates a namespace: a room of its own for objects, with its own quotas and rights.",
    EXAMPLES,
)
