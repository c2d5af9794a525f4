"""set subject: who is bound to a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.pod_spec import refuse_object
from minikube_py.kubectl.polymorphic.updates import (
    SELECTOR_FLAG,
    UPDATE_FLAGS,
    Update,
    check_local,
    find_infos,
    update_all,
)

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # one more user for a binding
  mk set subject rolebinding readers --user=ann

  # a service account of the namespace ci
  mk set subject clusterrolebinding admins --serviceaccount=ci:builder
"""

RBAC = "rbac.authorization.k8s.io"
BINDINGS = (f"rolebindings.{RBAC}", f"clusterrolebindings.{RBAC}")

FLAGS = (
    *UPDATE_FLAGS,
    SELECTOR_FLAG,
    flag("user", kind="array", help="User to bind; may be repeated"),
    flag("group", kind="array", help="Group to bind; may be repeated"),
    flag("serviceaccount", kind="array", help="Service account to bind, as NAMESPACE:NAME; may be repeated"),
)


def validate(flags: Parsed, infos: list[Info], dry_run: str) -> None:
    """Refuse what means nothing. Raises CliError."""
    check_local(flags, dry_run)
    if flags["all"] and flags["selector"]:
        raise CliError("cannot set --all and --selector at the same time")
    if not flags["user"] and not flags["group"] and not flags["serviceaccount"]:
        raise CliError("you must specify at least one value of user, group or serviceaccount")
    for account in flags["serviceaccount"]:
        namespace, *names = account.split(":")
        if len(names) != 1 or not names[0]:
            raise CliError("serviceaccount must be <namespace>:<name>")
        if not namespace and any(info.resource.qualified == BINDINGS[1] for info in infos):
            raise CliError("serviceaccount must be <namespace>:<name>, namespace must be specified")


def make_subjects(flags: Parsed, namespace: str) -> list[Object]:
    """Return the subjects that the flags name; service accounts without namespace are in `namespace`."""
    subjects = [{"apiGroup": RBAC, "kind": "User", "name": name} for name in sorted(set(flags["user"]))]
    subjects += [{"apiGroup": RBAC, "kind": "Group", "name": name} for name in sorted(set(flags["group"]))]
    for account in sorted(set(flags["serviceaccount"])):
        owner, _, name = account.partition(":")
        subjects.append({"kind": "ServiceAccount", "name": name, "namespace": owner or namespace})
    return subjects


def run(flags: Parsed, factory: Factory) -> None:
    """Add the subjects to the bindings."""
    dry_run = get_dry_run(flags, factory)
    check_output(flags)
    infos = find_infos(flags, factory, flags.args)
    validate(flags, infos, dry_run)
    subjects = make_subjects(flags, factory.namespace)

    def add_subjects(info: Info, obj: Object, problems: list[Exception]) -> None:
        if info.resource.qualified not in BINDINGS:
            text = "setting subjects is only supported for RoleBinding/ClusterRoleBinding"
            raise refuse_object(info, text)
        there = obj.get("subjects") or []
        obj["subjects"] = there + [subject for subject in subjects if subject not in there]

    failure = "failed to patch subjects to rolebinding: "
    update_all(flags, factory, infos, Update(add_subjects, "subjects updated", failure), dry_run)


VERB = Verb(
    "subject",
    "Add subjects to role bindings",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] "
    "[--dry-run=server|client|none]",
    "Adds users, groups and service accounts to role bindings.",
    EXAMPLES,
)
