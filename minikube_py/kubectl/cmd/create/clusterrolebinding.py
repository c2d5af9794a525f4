"""create clusterrolebinding: gives a cluster role to users, groups and service accounts, everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators, rbac
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # joe may do everything
  mk create clusterrolebinding joe-admin --clusterrole=cluster-admin --user=joe
"""

FLAGS = (*generators.GENERATOR_FLAGS, flag("clusterrole", help="The cluster role to give"), *rbac.SUBJECT_FLAGS)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the cluster role binding."""
    generators.require_flags(flags, "clusterrole")
    create = generators.complete_create(flags, factory)
    subjects = rbac.make_subjects(flags)
    fields = {
        **({"subjects": subjects} if subjects else {}),
        "roleRef": rbac.make_role_ref("ClusterRole", flags["clusterrole"]),
    }
    binding = make_object(rbac.CLUSTER_ROLE_BINDINGS, make_metadata(create, namespaced=False), **fields)
    generators.create_object(create, factory, rbac.CLUSTER_ROLE_BINDINGS, binding, "failed to create clusterrolebinding: ")


VERB = Verb(
    "clusterrolebinding",
    "Give a ClusterRole to users, groups or service accounts",
    run,
    FLAGS,
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    "Creates a ClusterRoleBinding: who has a cluster role everywhere.",
    EXAMPLES,
)
