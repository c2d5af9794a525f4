"""Rules for stateful sets. The specs of their pods and claims are judged when those are made, as in Kubernetes 1.33."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, format_value, invalid
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.names import is_dns1123_label
from minikube_py.apimachinery.validation_meta import validate_annotations, validate_labels
from minikube_py.apis.core.pod_annotations import validate_pod_annotations
from minikube_py.apis.core.pod_template import check_always_running, check_template_labels
from minikube_py.apis.field_checks import GoValueError, check_by, check_nonnegative, unsupported
from minikube_py.apis.go_literals import show_label_selector, show_pointer
from minikube_py.apis.int_or_percent import check_at_most_all, check_count_or_percent, invalid_count, is_nothing
from minikube_py.apis.kind import Object
from minikube_py.apis.workloads import check_collision_count, check_counts, validate_selector

COUNTS = (
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
)
CHANGEABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
UNCHANGEABLE = (
    "updates to statefulset spec for fields other than "
    f"{', '.join(map(repr, CHANGEABLE[:-1]))} and {CHANGEABLE[-1]!r} are forbidden"
)


def validate_stateful_set(stateful_set: Object) -> list[FieldError]:
    """Return what is wrong with a new stateful set."""
    spec = stateful_set["spec"]
    name = spec.get("serviceName")
    return _validate_spec(spec) + (check_by("spec.serviceName", name, is_dns1123_label) if name else [])


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with a change: a service name that was wrong before may stay so."""
    errors = _validate_spec(new["spec"])
    if _without_changeable(new["spec"]) != _without_changeable(old["spec"]):
        errors.append(forbidden("spec", UNCHANGEABLE))
    return errors


def _without_changeable(spec: Object) -> Object:
    return {field: value for field, value in spec.items() if field not in CHANGEABLE}


def _validate_spec(spec: Object) -> list[FieldError]:
    errors = []
    if (management := spec["podManagementPolicy"]) not in ("OrderedReady", "Parallel"):
        errors.append(invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'"))
    errors += _validate_strategy(spec["updateStrategy"], "spec.updateStrategy")
    for event, value in sorted(spec["persistentVolumeClaimRetentionPolicy"].items()):
        if value not in ("Retain", "Delete"):
            errors.append(unsupported(f"spec.persistentVolumeClaimRetentionPolicy.{event}", value, ("Retain", "Delete")))
    for field in ("replicas", "minReadySeconds"):
        errors += check_nonnegative(f"spec.{field}", spec.get(field))
    errors += check_nonnegative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    errors += validate_selector(spec.get("selector"), "empty selector is invalid for statefulset")
    return errors + _validate_template(spec) + check_always_running(spec["template"], "StatefulSet")


def _validate_strategy(strategy: Object, field: str) -> list[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "RollingUpdate":
        return [] if rolling is None else _validate_rolling_update(rolling, f"{field}.rollingUpdate")
    if kind == "OnDelete":
        if rolling is None:
            return []
        why = "only allowed for updateStrategy 'RollingUpdate'"
        return [GoValueError("FieldValueInvalid", f"{field}.rollingUpdate", _show_rolling_update(rolling), why)]
    pointer = show_pointer("apps.RollingUpdateStatefulSetStrategy", rolling)
    shown = f"apps.StatefulSetUpdateStrategy{{Type:{format_value(kind)}, RollingUpdate:{pointer}}}"
    return [GoValueError("FieldValueInvalid", field, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _show_rolling_update(rolling: Object) -> str:
    pointer = show_pointer("intstr.IntOrString", rolling.get("maxUnavailable"))
    partition = rolling.get("partition") or 0
    return f"apps.RollingUpdateStatefulSetStrategy{{Partition:{partition}, MaxUnavailable:{pointer}}}"


def _validate_rolling_update(rolling: Object, field: str) -> list[FieldError]:
    errors = check_nonnegative(f"{field}.partition", rolling.get("partition"))
    limit, path = rolling.get("maxUnavailable"), f"{field}.maxUnavailable"
    if limit is None:
        return errors
    errors += check_count_or_percent(path, limit)
    if is_nothing(limit):
        errors.append(invalid_count(path, limit, "cannot be 0"))
    return errors + check_at_most_all(path, limit)


def _validate_template(spec: Object) -> list[FieldError]:
    template, selector = spec["template"], spec.get("selector")
    try:
        chosen = selector_from_object(selector)
    except ValueError:
        return [GoValueError("FieldValueInvalid", "spec.selector", show_label_selector(selector), "")]
    is_empty = selector is not None and not str(chosen)
    errors = [] if is_empty else check_template_labels(template, chosen.matches)
    metadata = template.get("metadata") or {}
    errors += validate_labels(metadata.get("labels"), "spec.template.labels")
    annotations = metadata.get("annotations")
    errors += validate_annotations(annotations, "spec.template.annotations")
    return errors + validate_pod_annotations(annotations, template.get("spec") or {}, "spec.template.annotations")


def validate_status_update(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with the new status of a stateful set."""
    status = new.get("status") or {}
    errors = check_counts(status, COUNTS)
    for field in ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"):
        if (count := status.get(field) or 0) > (status.get("replicas") or 0):
            errors.append(invalid(f"status.{field}", count, "cannot be greater than status.replicas"))
    if (available := status.get("availableReplicas") or 0) > (status.get("readyReplicas") or 0):
        errors.append(invalid("status.availableReplicas", available, "cannot be greater than status.readyReplicas"))
    return errors + check_collision_count(new, old)
