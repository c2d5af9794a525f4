"""What bindings of roles and of cluster roles have in common: columns and defaults."""

from __future__ import annotations

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Object

GROUP = "rbac.authorization.k8s.io"
SERVICE_ACCOUNT = "ServiceAccount"


def set_defaults(binding: Object) -> None:
    """Name the API group of the role, and of users and groups that are bound."""
    reference = binding["roleRef"] = {"apiGroup": "", "kind": "", "name": "", **(binding.get("roleRef") or {})}
    reference["apiGroup"] = reference["apiGroup"] or GROUP
    for subject in binding.get("subjects") or ():
        if subject.get("kind") in ("User", "Group") and not subject.get("apiGroup"):
            subject["apiGroup"] = GROUP
    if not binding.get("subjects"):
        binding.pop("subjects", None)


def tell_role(binding: Object) -> str:
    """Return the ROLE cell: `ClusterRole/view`."""
    reference = binding.get("roleRef") or {}
    return f"{reference.get('kind', '')}/{reference.get('name', '')}"


def list_subjects(binding: Object, kind: str) -> str:
    """Return the cell of the users, groups or service accounts that are bound."""
    chosen = [subject for subject in binding.get("subjects") or () if subject.get("kind") == kind]
    if kind == SERVICE_ACCOUNT:
        return ", ".join(f"{subject.get('namespace', '')}/{subject.get('name', '')}" for subject in chosen)
    return ", ".join(subject.get("name", "") for subject in chosen)


BINDING_COLUMNS = (
    NAME,
    Column("Role", lambda binding, now: tell_role(binding)),
    AGE,
    Column("Users", lambda binding, now: list_subjects(binding, "User"), priority=1),
    Column("Groups", lambda binding, now: list_subjects(binding, "Group"), priority=1),
    Column("ServiceAccounts", lambda binding, now: list_subjects(binding, SERVICE_ACCOUNT), priority=1),
)
