"""HorizontalPodAutoscaler of autoscaling/v2: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import read_status

DEFAULT_CPU_UTILIZATION = 80  # percent of what the pods request


def tell_reference(autoscaler: Object, now: float) -> str:
    """Return the REFERENCE cell: `Deployment/web`."""
    target = (autoscaler.get("spec") or {}).get("scaleTargetRef") or {}
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def tell_targets(autoscaler: Object, now: float) -> str:
    """Return the TARGETS cell: `cpu: 50%/80%`."""
    from minikube_py.apis.autoscaling.targets import format_targets

    status = autoscaler.get("status") or {}
    return format_targets((autoscaler.get("spec") or {}).get("metrics") or [], status.get("currentMetrics") or [])


def tell_least(autoscaler: Object, now: float) -> str:
    """Return the MINPODS cell."""
    least = (autoscaler.get("spec") or {}).get("minReplicas")
    return "<unset>" if least is None else str(least)


def set_defaults(autoscaler: Object) -> None:
    """Fill in one replica, 80 percent of the CPU that is asked for, and the rules of a behavior that is given in part."""
    spec = autoscaler.setdefault("spec", {})
    if spec.get("minReplicas") is None:
        spec["minReplicas"] = 1
    spec.setdefault("maxReplicas", 0)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": DEFAULT_CPU_UTILIZATION}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if (behavior := spec.get("behavior")) is not None:
        behavior["scaleUp"] = fill_scale_up(behavior.get("scaleUp") or {})
        behavior["scaleDown"] = fill_scale_down(behavior.get("scaleDown") or {})
    fill_status(autoscaler)


def fill_scale_up(rules: Object) -> Object:
    """Return the rules for more pods: at once, four or twice as many in a quarter of a minute."""
    policies = [{"type": kind, "value": value, "periodSeconds": 15} for kind, value in (("Pods", 4), ("Percent", 100))]
    return _fill_rules({"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": policies}, rules)


def fill_scale_down(rules: Object) -> Object:
    """Return the rules for fewer pods: all at once, after a time that is the controller's to say."""
    policies = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
    return _fill_rules({"selectPolicy": "Max", "policies": policies}, rules)


def _fill_rules(defaults: Object, rules: Object) -> Object:
    return {**defaults, **{field: value for field, value in rules.items() if value is not None}}


def fill_status(autoscaler: Object) -> None:
    """Put in the fields of the status that always stand."""
    status = autoscaler.setdefault("status", {})
    status.setdefault("desiredReplicas", 0)
    status.setdefault("currentMetrics", None)


def prepare_for_create(autoscaler: Object) -> None:
    """Begin its status afresh."""
    autoscaler["status"] = {}
    fill_status(autoscaler)
    _drop_tolerance(autoscaler, {})


def prepare_for_update(new: Object, old: Object) -> None:
    """Leave out a field that is not switched on."""
    _drop_tolerance(new, old)


def _drop_tolerance(new: Object, old: Object) -> None:
    """Leave out the tolerance of a behavior: HPAConfigurableTolerance is off in Kubernetes 1.33."""
    before = (old.get("spec") or {}).get("behavior") or {}
    if any("tolerance" in (before.get(way) or {}) for way in ("scaleUp", "scaleDown")):
        return
    for rules in ((new.get("spec") or {}).get("behavior") or {}).values():
        rules.pop("tolerance", None)


def _validate(autoscaler: Object) -> list[FieldError]:
    from minikube_py.apis.autoscaling.validation import validate_autoscaler

    return validate_autoscaler(autoscaler)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.autoscaling.validation import validate_autoscaler

    return validate_autoscaler(new, had_zero=old["spec"].get("minReplicas") == 0)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_nonnegative

    counts = ("currentReplicas", "desiredReplicas")
    return [error for field in counts for error in check_nonnegative(f"status.{field}", new["status"].get(field))]


KIND = Kind(
    group="autoscaling",
    version="v2",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    singular="horizontalpodautoscaler",
    short_names=("hpa",),
    categories=("all",),
    schema="io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
    subresources=("status",),
    columns=(
        NAME,
        Column("Reference", tell_reference),
        Column("Targets", tell_targets),
        Column("MinPods", tell_least),
        Column("MaxPods", lambda autoscaler, now: autoscaler["spec"].get("maxReplicas", 0), type="string"),
        Column("Replicas", read_status("currentReplicas"), type="string"),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    prepare_for_status_update=lambda new, old: fill_status(new),
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
)
