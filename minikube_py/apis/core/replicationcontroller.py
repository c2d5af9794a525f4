"""ReplicationController: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import (
    CONTAINERS,
    IMAGES,
    REPLICAS,
    begin_replica_status,
    keep_replica_count,
    select_replica_count,
    validate_replica_status,
    warn_about_pods,
)


def tell_selector(controller: Object, now: float) -> str:
    """Return the SELECTOR cell."""
    from minikube_py.apimachinery.labels import format_labels

    return format_labels((controller.get("spec") or {}).get("selector"))


def set_defaults(controller: Object) -> None:
    """Fill in one replica, and take selector and labels from the template where they are left out."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    spec = controller.setdefault("spec", {})
    controller.setdefault("status", {}).setdefault("replicas", 0)
    spec.setdefault("replicas", 1)
    template = spec.get("template")
    if template is None:
        return
    set_template_defaults(template)
    if labels := template["metadata"].get("labels"):
        if not spec.get("selector"):
            spec["selector"] = dict(labels)
        if not controller["metadata"].get("labels"):
            controller["metadata"]["labels"] = dict(labels)


def validate(controller: Object) -> list[FieldError]:
    """Check numbers, selector and template."""
    from minikube_py.apimachinery.errors import required
    from minikube_py.apimachinery.labels import selector_from_map
    from minikube_py.apis.core.pod_template import validate_running_template
    from minikube_py.apis.field_checks import check_nonnegative

    spec = controller.get("spec") or {}
    errors = check_nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))
    selector = spec.get("selector")
    if not selector:
        errors.append(required("spec.selector"))
    errors += check_nonnegative("spec.replicas", spec.get("replicas"))
    return errors + validate_running_template(spec.get("template"), selector_from_map(selector), "ReplicationController")


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return validate(new)


KIND = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    plural="replicationcontrollers",
    singular="replicationcontroller",
    short_names=("rc",),
    categories=("all",),
    schema="io.k8s.api.core.v1.ReplicationController",
    subresources=("scale", "status"),
    generation=True,
    columns=(
        NAME,
        *REPLICAS,
        AGE,
        CONTAINERS,
        IMAGES,
        Column("Selector", tell_selector, priority=1),
    ),
    selectable={"status.replicas": select_replica_count},
    set_defaults=set_defaults,
    prepare_for_create=begin_replica_status,
    prepare_for_status_update=keep_replica_count,
    validate=validate,
    validate_update=_validate_update,
    validate_status_update=validate_replica_status,
    warnings=warn_about_pods,
)
