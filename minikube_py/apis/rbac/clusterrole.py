"""ClusterRole: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import CREATED_AT, NAME
from minikube_py.apis.kind import Kind, Object
from minikube_py.apis.rbac.role import set_defaults
from minikube_py.apis.rbac.validation import validate_aggregation, validate_rules


def validate(role: Object) -> list[FieldError]:
    """Judge every rule, and the selectors of an aggregated role."""
    return validate_rules(role, namespaced=False) + validate_aggregation(role)


KIND = Kind(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="ClusterRole",
    plural="clusterroles",
    singular="clusterrole",
    schema="io.k8s.api.rbac.v1.ClusterRole",
    create_on_update=True,
    namespaced=False,
    status=False,
    columns=(NAME, CREATED_AT),
    validate_name="path_segment",
    set_defaults=set_defaults,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
