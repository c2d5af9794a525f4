"""Deployment: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import (
    CONTAINERS,
    IMAGES,
    SELECTOR,
    check_selector_kept,
    read_status,
    tell_ready,
    validate_replica_status,
    warn_about_pods,
)


def set_defaults(deployment: Object) -> None:
    """Fill in one replica, a rolling update by quarters, ten revisions, ten minutes to make progress."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = deployment.setdefault("spec", {})
    deployment.setdefault("status", {})
    for field, value in (("replicas", 1), ("revisionHistoryLimit", 10), ("progressDeadlineSeconds", 600)):
        spec.setdefault(field, value)
    strategy = spec.setdefault("strategy", {})
    strategy["type"] = strategy.get("type") or "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    set_template_defaults(spec.setdefault("template", {}))


def prepare_for_create(deployment: Object) -> None:
    """Begin its status afresh."""
    deployment["status"] = {}


def _validate(deployment: Object) -> list[FieldError]:
    from minikube_py.apis.apps.deployment_validation import validate_deployment

    return validate_deployment(deployment)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return _validate(new) + check_selector_kept(new, old)


KIND = Kind(
    group="apps",
    version="v1",
    kind="Deployment",
    plural="deployments",
    singular="deployment",
    short_names=("deploy",),
    categories=("all",),
    schema="io.k8s.api.apps.v1.Deployment",
    subresources=("scale", "status"),
    generation=True,
    columns=(
        NAME,
        Column("Ready", tell_ready),
        Column("Up-to-date", read_status("updatedReplicas")),
        Column("Available", read_status("availableReplicas")),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=validate_replica_status,
    warnings=warn_about_pods,
)
