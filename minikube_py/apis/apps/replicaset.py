"""ReplicaSet: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Kind, Object
from minikube_py.apis.workloads import (
    CONTAINERS,
    IMAGES,
    REPLICAS,
    SELECTOR,
    begin_replica_status,
    check_selector_kept,
    keep_replica_count,
    select_replica_count,
    validate_replica_status,
    validate_selected_template,
    validate_selector,
    warn_about_pods,
)


def set_defaults(replica_set: Object) -> None:
    """Fill in one replica and the template."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = replica_set.setdefault("spec", {})
    replica_set.setdefault("status", {}).setdefault("replicas", 0)
    spec.setdefault("replicas", 1)
    set_template_defaults(spec.setdefault("template", {}))


def validate(replica_set: Object) -> list[FieldError]:
    """Check numbers, selector and template."""
    from minikube_py.apis.field_checks import check_nonnegative

    spec = replica_set.get("spec") or {}
    errors = check_nonnegative("spec.replicas", spec.get("replicas"))
    errors += check_nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += validate_selector(spec.get("selector"))
    return errors + validate_selected_template(spec, "ReplicaSet")


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse another selector."""
    return validate(new) + check_selector_kept(new, old)


KIND = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    plural="replicasets",
    singular="replicaset",
    short_names=("rs",),
    categories=("all",),
    schema="io.k8s.api.apps.v1.ReplicaSet",
    subresources=("scale", "status"),
    generation=True,
    columns=(
        NAME,
        *REPLICAS,
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    selectable={"status.replicas": select_replica_count},
    set_defaults=set_defaults,
    prepare_for_create=begin_replica_status,
    prepare_for_status_update=keep_replica_count,
    validate=validate,
    validate_update=validate_update,
    validate_status_update=validate_replica_status,
    warnings=warn_about_pods,
)
