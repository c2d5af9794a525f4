"""create rolebinding: gives a role to users, groups and service accounts, inside a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators, rbac
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # joe may do in this namespace what the cluster role view allows
  mk create rolebinding joe-views --clusterrole=view --user=joe

  # a service account gets a role
  mk create rolebinding robot-reads --role=reader --serviceaccount=default:robot
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("clusterrole", help="The cluster role to give"),
    flag("role", help="The role to give"),
    *rbac.SUBJECT_FLAGS,
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the role binding."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    role, cluster_role = flags["role"], flags["clusterrole"]
    if bool(role) == bool(cluster_role):
        raise CliError("exactly one of clusterrole or role must be specified")
    subjects = rbac.make_subjects(flags)
    reference = rbac.make_role_ref("Role" if role else "ClusterRole", role or cluster_role)
    fields = {**({"subjects": subjects} if subjects else {}), "roleRef": reference}
    binding = make_object(rbac.ROLE_BINDINGS, make_metadata(create), **fields)
    generators.create_object(create, factory, rbac.ROLE_BINDINGS, binding, "failed to create rolebinding: ")


VERB = Verb(
    "rolebinding",
    "Give a role to users, groups or service accounts",
    run,
    FLAGS,
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    "Creates a RoleBinding: who has a role in a namespace.",
    EXAMPLES,
)
