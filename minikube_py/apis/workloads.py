"""What workloads share: replicas, selectors and rollouts in columns, defaults and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import join_images, join_names
from minikube_py.apis.kind import Column, Object


def _containers(obj: Object) -> list[Object]:
    found: list[Object] = (((obj.get("spec") or {}).get("template") or {}).get("spec") or {}).get("containers") or []
    return found


def read_status(field: str) -> Callable[[Object, float], int]:
    """Return a cell function that reads a number of the status."""
    return lambda obj, now: (obj.get("status") or {}).get(field) or 0


def read_replicas(obj: Object, now: float) -> int:
    """Return how many replicas are wanted."""
    return (obj.get("spec") or {}).get("replicas") or 0


def tell_ready(workload: Object, now: float) -> str:
    """Return the READY cell: `1/2`."""
    wanted = (workload.get("spec") or {}).get("replicas") or 0
    return f"{(workload.get('status') or {}).get('readyReplicas') or 0}/{wanted}"


def tell_selector(obj: Object, now: float) -> str:
    """Return the SELECTOR cell of a workload with a label selector."""
    from minikube_py.apimachinery.labels import format_label_selector

    return format_label_selector((obj.get("spec") or {}).get("selector"))


CONTAINERS = Column("Containers", lambda obj, now: join_names(_containers(obj)), priority=1)
IMAGES = Column("Images", lambda obj, now: join_images(_containers(obj)), priority=1)
SELECTOR = Column("Selector", tell_selector, priority=1)
REPLICAS = (
    Column("Desired", read_replicas, type="integer"),
    Column("Current", read_status("replicas"), type="integer"),
    Column("Ready", read_status("readyReplicas"), type="integer"),
)


def begin_replica_status(obj: Object) -> None:
    """Begin the status of a new object that keeps replicas."""
    obj["status"] = {"replicas": 0}


def keep_replica_count(new: Object, old: Object) -> None:
    """Put `status.replicas`, which always stands, into a status that is written without it."""
    new.setdefault("status", {}).setdefault("replicas", 0)


def select_replica_count(obj: Object) -> str:
    """Return what the field selector `status.replicas` compares with."""
    return str((obj.get("status") or {}).get("replicas") or 0)


def warn_about_pods(obj: Object) -> list[str]:
    """Return the warnings about a workload's template."""
    from minikube_py.apis.core.pod_warnings import warn_about_template

    return warn_about_template((obj.get("spec") or {}).get("template"))


def validate_selector(selector: Object | None, empty: str = "empty selector is invalid for deployment") -> list[FieldError]:
    """Return what is wrong with the selector of a workload, which must select something; `empty` is what else is said."""
    from minikube_py.apimachinery.errors import required
    from minikube_py.apimachinery.validation_meta import validate_label_selector
    from minikube_py.apis.field_checks import GoValueError
    from minikube_py.apis.go_literals import show_label_selector

    if selector is None:
        return [required("spec.selector")]
    errors = validate_label_selector(selector, "spec.selector")
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(GoValueError("FieldValueInvalid", "spec.selector", show_label_selector(selector), empty))
    return errors


def validate_selected_template(spec: Object, owner: str) -> list[FieldError]:
    """Return what is wrong with the template of a workload, and whether its selector can be used and finds it."""
    from minikube_py.apimachinery.labels import selector_from_object
    from minikube_py.apis.core.pod_template import validate_running_template
    from minikube_py.apis.field_checks import GoValueError
    from minikube_py.apis.go_literals import show_label_selector

    selector = spec.get("selector")
    try:
        chosen = selector_from_object(selector)
    except ValueError:
        return [GoValueError("FieldValueInvalid", "spec.selector", show_label_selector(selector), "invalid label selector")]
    return validate_running_template(spec.get("template"), chosen, owner)


def check_counts(status: Object, fields: Iterable[str]) -> list[FieldError]:
    """Return an error for each count of a status that is below zero."""
    from minikube_py.apis.field_checks import check_nonnegative

    return [error for field in fields for error in check_nonnegative(f"status.{field}", status.get(field))]


def validate_replica_status(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with the status of what keeps replicas: a Deployment, ReplicaSet or ReplicationController."""
    from minikube_py.apimachinery.errors import invalid

    status = new.get("status") or {}
    if new.get("kind") == "Deployment":
        parts = ("updatedReplicas", "readyReplicas", "availableReplicas")
        counts: tuple[str, ...] = ("observedGeneration", "replicas", *parts, "unavailableReplicas", "collisionCount")
    else:
        parts = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
        counts = ("replicas", *parts, "observedGeneration")
    errors = check_counts(status, counts)
    for field in parts:
        if (count := status.get(field) or 0) > (status.get("replicas") or 0):
            errors.append(invalid(f"status.{field}", count, "cannot be greater than status.replicas"))
    if (available := status.get("availableReplicas") or 0) > (status.get("readyReplicas") or 0):
        errors.append(invalid("status.availableReplicas", available, "cannot be greater than readyReplicas"))
    return errors + check_collision_count(new, old)


def check_collision_count(new: Object, old: Object) -> list[FieldError]:
    """Return an error where `status.collisionCount` goes down."""
    from minikube_py.apimachinery.errors import invalid

    after, before = ((obj.get("status") or {}).get("collisionCount") for obj in (new, old))
    if before is None or (after is not None and after >= before):
        return []
    return [invalid("status.collisionCount", after or 0, "cannot be decremented")]


def check_selector_kept(new: Object, old: Object) -> list[FieldError]:
    """Return an error where the selector of a workload has changed."""
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_literals import show_label_selector

    after, before = new["spec"].get("selector"), old["spec"].get("selector")
    return check_immutable("spec.selector", after, before, show_label_selector(after))
