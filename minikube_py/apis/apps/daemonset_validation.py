"""Rules for daemon sets."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, format_value, required
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.core.pod_template import check_always_running, check_template_labels, validate_template
from minikube_py.apis.field_checks import GoValueError, check_nonnegative, unsupported_go
from minikube_py.apis.go_literals import show_label_selector, show_pointer
from minikube_py.apis.int_or_percent import check_at_most_all, check_count_or_percent, invalid_count, is_nothing
from minikube_py.apis.kind import Object
from minikube_py.apis.workloads import check_collision_count, check_counts

COUNTS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


def validate_daemon_set(daemon_set: Object) -> list[FieldError]:
    """Return what is wrong with a daemon set."""
    spec = daemon_set["spec"]
    errors = _validate_selector(spec) + validate_template(spec["template"])
    errors += check_always_running(spec["template"], "DaemonSet")
    errors += check_nonnegative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += _validate_strategy(spec["updateStrategy"], "spec.updateStrategy")
    return errors + check_nonnegative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _validate_selector(spec: Object) -> list[FieldError]:
    selector = spec.get("selector")
    errors = validate_label_selector(selector, "spec.selector")
    try:
        errors += check_template_labels(spec["template"], selector_from_object(selector).matches)
    except ValueError:  # said already
        return errors
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        why = "empty selector is invalid for daemonset"
        errors.append(GoValueError("FieldValueInvalid", "spec.selector", show_label_selector(selector), why))
    return errors


def _validate_strategy(strategy: Object, field: str) -> list[FieldError]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        pointer = show_pointer("apps.RollingUpdateDaemonSet", rolling)
        shown = f"apps.DaemonSetUpdateStrategy{{Type:{format_value(kind)}, RollingUpdate:{pointer}}}"
        return [unsupported_go(field, shown, ("RollingUpdate", "OnDelete"))]
    if rolling is None:
        return [required(f"{field}.rollingUpdate")]
    return _validate_rolling_update(rolling, f"{field}.rollingUpdate")


def _validate_rolling_update(rolling: Object, field: str) -> list[FieldError]:
    values = {name: rolling.get(name, 0) for name in ("maxUnavailable", "maxSurge")}
    errors = [
        e for check in (check_count_or_percent, check_at_most_all) for n, v in values.items() for e in check(f"{field}.{n}", v)
    ]
    still, narrow = (is_nothing(value) for value in values.values())
    if still and narrow:
        errors.append(required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    if not still and not narrow:
        why = "may not be set when maxUnavailable is non-zero"
        errors.append(invalid_count(f"{field}.maxSurge", values["maxSurge"], why))
    return errors


def validate_status_update(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with the new status of a daemon set."""
    return check_counts(new.get("status") or {}, COUNTS) + check_collision_count(new, old)
