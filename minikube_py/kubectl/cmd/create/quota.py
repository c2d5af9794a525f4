"""create quota: limits on what a namespace may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import RESOURCE_QUOTAS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # at most one CPU and two pods in this namespace
  mk create quota small --hard=cpu=1,pods=2

  # at most five pods without requests
  mk create quota extras --hard=pods=5 --scopes=BestEffort
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("hard", help="Limits: RESOURCE=QUANTITY, split at commas"),
    flag("scopes", help="Scopes that an object must match to be counted, split at commas"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the quota."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    hard, scopes = parse_hard(flags["hard"]), parse_scopes(flags["scopes"])
    spec = {**({"hard": hard} if hard else {}), **({"scopes": scopes} if scopes else {})}
    quota = make_object(RESOURCE_QUOTAS, make_metadata(create), spec=spec, status={})
    generators.create_object(create, factory, RESOURCE_QUOTAS, quota, "failed to create quota: ")


def parse_hard(text: str) -> dict[str, str]:
    """Return the limits of `cpu=1,pods=2`, with quantities in canonical form and sorted by name. Raises CliError."""
    from minikube_py.apimachinery import quantity

    limits: dict[str, str] = {}
    for statement in text.split(",") if text else ():
        parts = statement.split("=")
        if len(parts) != 2:
            raise CliError(f"Invalid argument syntax {statement}, expected <resource>=<value>")
        try:
            limits[parts[0]] = quantity.canonical(parts[1])
        except ValueError as error:
            raise CliError(str(error)) from error
    return dict(sorted(limits.items()))


def parse_scopes(text: str) -> list[str]:
    """Return the scopes of `BestEffort,NotTerminating`. Raises CliError for an empty one."""
    scopes = text.split(",") if text else []
    if "" in scopes:
        raise CliError('invalid resource quota scope ""')
    return scopes


VERB = Verb(
    "quota",
    "Limit what a namespace may use",
    run,
    FLAGS,
    "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
    "Creates a ResourceQuota: limits on what the objects of a namespace may use together.",
    EXAMPLES,
)
