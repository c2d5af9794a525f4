"""ReplicaSet: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import (
    CONTAINERS,
    IMAGES,
    SELECTOR,
    check_selector_kept,
    read_replicas,
    read_status,
    validate_selected_template,
    validate_selector,
)


def set_defaults(replica_set: Object) -> None:
    """Fill in one replica and the template."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = replica_set.setdefault("spec", {})
    replica_set.setdefault("status", {}).setdefault("replicas", 0)
    spec.setdefault("replicas", 1)
    set_template_defaults(spec.setdefault("template", {}))


def prepare_for_create(replica_set: Object) -> None:
    """Begin its status afresh."""
    replica_set["status"] = {"replicas": 0}


def _prepare_for_status_update(new: Object, old: Object) -> None:
    new.setdefault("status", {}).setdefault("replicas", 0)


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


def _warn(replica_set: Object) -> list[str]:
    from minikube_py.apis.core.pod_warnings import warn_about_template

    return warn_about_template((replica_set.get("spec") or {}).get("template"))


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
        Column("Desired", read_replicas, type="integer"),
        Column("Current", read_status("replicas"), type="integer"),
        Column("Ready", read_status("readyReplicas"), type="integer"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    selectable={"status.replicas": lambda replica_set: str((replica_set.get("status") or {}).get("replicas") or 0)},
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_status_update=_prepare_for_status_update,
    validate=validate,
    validate_update=validate_update,
    warnings=_warn,
)
