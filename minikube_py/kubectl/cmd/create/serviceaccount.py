"""create serviceaccount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SERVICE_ACCOUNTS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # an identity for pods to act with
  mk create serviceaccount robot
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Create the service account."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    account = make_object(SERVICE_ACCOUNTS, make_metadata(create))
    generators.create_object(create, factory, SERVICE_ACCOUNTS, account, "failed to create serviceaccount: ")


VERB = Verb(
    "serviceaccount",
    "Make an identity for pods",
    run,
    generators.GENERATOR_FLAGS,
    "NAME [--dry-run=server|client|none]",
    "Creates a service account, which pods use to identify themselves to the API.",
    EXAMPLES,
)
