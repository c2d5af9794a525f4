"""Role: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import CREATED_AT, NAME
from minikube_py.apis.kind import Kind, Object
from minikube_py.apis.rbac.validation import validate_rules


def set_defaults(role: Object) -> None:
    """Show a role without rules as Go's encoder does: they are null, however they were left out."""
    role["rules"] = role.get("rules") or None


def validate(role: Object) -> list[FieldError]:
    """Judge every rule."""
    return validate_rules(role, namespaced=True)


KIND = Kind(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="Role",
    plural="roles",
    singular="role",
    schema="io.k8s.api.rbac.v1.Role",
    create_on_update=True,
    status=False,
    columns=(NAME, CREATED_AT),
    validate_name="path_segment",
    set_defaults=set_defaults,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
