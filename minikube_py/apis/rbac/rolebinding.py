"""RoleBinding: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.kind import Kind, Object
from minikube_py.apis.rbac.binding import BINDING_COLUMNS, set_defaults
from minikube_py.apis.rbac.validation import validate_binding, validate_role_ref_update

ROLE_KINDS = ("Role", "ClusterRole")


def validate(binding: Object) -> list[FieldError]:
    """Judge the role's name and who gets it."""
    return validate_binding(binding, ROLE_KINDS, namespaced=True)


KIND = Kind(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="RoleBinding",
    plural="rolebindings",
    singular="rolebinding",
    schema="io.k8s.api.rbac.v1.RoleBinding",
    create_on_update=True,
    status=False,
    columns=BINDING_COLUMNS,
    validate_name="path_segment",
    set_defaults=set_defaults,
    validate=validate,
    validate_update=lambda new, old: validate(new) + validate_role_ref_update(new, old),
)
