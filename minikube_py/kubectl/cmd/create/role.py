"""create role: rights inside a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators, rbac
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # look at pods and services
  mk create role reader --verb=get,list,watch --resource=pods,services

  # change the scale of one deployment
  mk create role scaler --verb=update,patch --resource=deployments.apps/scale --resource-name=web
"""

FLAGS = (*generators.GENERATOR_FLAGS, *rbac.RULE_FLAGS)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the role."""
    create = generators.complete_create(flags, factory)
    rule = rbac.parse_rule(flags)
    generators.require_name(create)
    if not rule.verbs:
        raise CliError("at least one verb must be specified")
    rbac.check_verbs(rule.verbs, factory)
    if not rule.resources:
        raise CliError("at least one resource must be specified")
    rbac.check_resources(rule, factory)
    role = make_object(rbac.ROLES, make_metadata(create), rules=rbac.make_rules(rule, [], factory))
    generators.create_object(create, factory, rbac.ROLES, role)


VERB = Verb(
    "role",
    "Make a Role of one rule",
    run,
    FLAGS,
    "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
    "Creates a Role: what may be done to which objects of a namespace.",
    EXAMPLES,
)
