"""HorizontalPodAutoscaler of autoscaling/v1: what it has no fields for stands in annotations, as JSON.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/
"""

from __future__ import annotations

import json
from typing import Any

from minikube_py.apis.autoscaling.horizontalpodautoscaler import DEFAULT_CPU_UTILIZATION
from minikube_py.apis.autoscaling.metrics_v1 import (
    metric_from_stored,
    metric_to_stored,
    status_from_stored,
    status_to_stored,
)
from minikube_py.apis.kind import Kind, Object

PREFIX = "autoscaling.alpha.kubernetes.io/"
METRICS, CURRENT, CONDITIONS, BEHAVIOR = (f"{PREFIX}{n}" for n in ("metrics", "current-metrics", "conditions", "behavior"))
ANNOTATIONS = (METRICS, CURRENT, CONDITIONS, BEHAVIOR)
_SAME_SPEC = ("scaleTargetRef", "minReplicas", "maxReplicas")
_SAME_STATUS = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")
_CONDITION = ("type", "status", "lastTransitionTime", "reason", "message")  # in the order of Go's struct
_RULES = ("StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance")
_POLICY = ("Type", "Value", "PeriodSeconds")


def to_stored(autoscaler: Object) -> Object:
    """Return the autoscaling/v2 object; annotations that cannot be read are taken for none."""
    metadata, spec, status = autoscaler.get("metadata") or {}, autoscaler.get("spec") or {}, autoscaler.get("status") or {}
    annotations = metadata.get("annotations") or {}
    new = _pick(spec, _SAME_SPEC)
    metrics = [metric_to_stored(metric) for metric in _load(annotations.get(METRICS), [])]
    if (share := spec.get("targetCPUUtilizationPercentage")) is not None:
        metrics.append(_make_cpu(share))
    new["metrics"] = metrics or [_make_cpu(DEFAULT_CPU_UTILIZATION)]
    if behavior := _load(annotations.get(BEHAVIOR), None):
        new["behavior"] = _lower(behavior)
    stored = {**autoscaler, "metadata": _without_annotations(metadata), "spec": new}
    if autoscaler.get("status") is not None or CURRENT in annotations or CONDITIONS in annotations:
        stored["status"] = _status_to_stored(status, annotations)
    return stored


def _status_to_stored(status: Object, annotations: Object) -> Object:
    new = _pick(status, _SAME_STATUS)
    found = [status_to_stored(metric) for metric in _load(annotations.get(CURRENT), [])]
    share = status.get("currentCPUUtilizationPercentage")
    if not found and share is not None:
        current = {"averageUtilization": share, "averageValue": "0"}
        found = [{"type": "Resource", "resource": {"name": "cpu", "current": current}}]
    new["currentMetrics"] = found or None
    if conditions := _load(annotations.get(CONDITIONS), []):
        new["conditions"] = conditions
    return new


def from_stored(autoscaler: Object) -> Object:
    """Return the autoscaling/v1 object."""
    spec, status = autoscaler.get("spec") or {}, autoscaler.get("status") or {}
    shown = _pick(spec, _SAME_SPEC)
    others = []
    for metric in spec.get("metrics") or ():
        share = ((metric.get("resource") or {}).get("target") or {}).get("averageUtilization")
        if metric.get("type") != "Resource" or metric["resource"].get("name") != "cpu" or share is None:
            others.append(metric_from_stored(metric))
        else:
            shown.setdefault("targetCPUUtilizationPercentage", share)
    found = [status_from_stored(metric) for metric in status.get("currentMetrics") or ()]
    conditions = [_pick(condition, _CONDITION) for condition in status.get("conditions") or ()]
    added = {METRICS: others, CURRENT: found, CONDITIONS: conditions}
    annotations = {name: _dump(value) for name, value in added.items() if value}
    if (behavior := spec.get("behavior")) is not None:
        annotations[BEHAVIOR] = _dump(_raise_behavior(behavior))
    metadata = _without_annotations(autoscaler["metadata"])
    if annotations:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), **annotations}
    return {**autoscaler, "metadata": metadata, "spec": shown, "status": _status_from_stored(status)}


def _status_from_stored(status: Object) -> Object:
    shown = {"currentReplicas": 0, "desiredReplicas": 0, **_pick(status, _SAME_STATUS)}
    for metric in status.get("currentMetrics") or ():
        resource = metric.get("resource") or {}
        share = (resource.get("current") or {}).get("averageUtilization")
        if metric.get("type") == "Resource" and resource.get("name") == "cpu" and share is not None:
            shown["currentCPUUtilizationPercentage"] = share
    return shown


def _pick(source: Object, fields: tuple[str, ...]) -> Object:
    return {field: source[field] for field in fields if source.get(field) is not None}


def _make_cpu(share: int) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": share}}}


def _without_annotations(metadata: Object) -> Object:
    kept = {name: value for name, value in (metadata.get("annotations") or {}).items() if name not in ANNOTATIONS}
    others = {field: value for field, value in metadata.items() if field != "annotations"}
    return {**others, "annotations": kept} if kept else others


def _load(text: str | None, default: Any) -> Any:
    try:
        found = json.loads(text) if text else default
    except ValueError:
        return default
    return found or default


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _raise_behavior(behavior: Object) -> Object:
    """Return a behavior as Go writes the internal type, whose fields have no names of their own in JSON."""
    return {way[0].upper() + way[1:]: _raise_rules(behavior.get(way)) for way in ("scaleUp", "scaleDown")}


def _raise_rules(rules: Object | None) -> Object | None:
    if rules is None:
        return None
    raised = {name: rules.get(name[0].lower() + name[1:]) for name in _RULES}
    raised["Policies"] = [{name: policy.get(name[0].lower() + name[1:]) for name in _POLICY} for policy in rules["policies"]]
    return raised


def _lower(value: Any) -> Any:
    """Return the inverse of `_raise_behavior`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower(inner) for key, inner in value.items() if inner is not None}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value


KIND = Kind(
    group="autoscaling",
    version="v1",
    kind="HorizontalPodAutoscaler",
    plural="horizontalpodautoscalers",
    singular="horizontalpodautoscaler",
    short_names=("hpa",),
    categories=("all",),
    schema="io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler",
    subresources=("status",),
    stored_as=("autoscaling", "v2"),
    to_stored=to_stored,
    from_stored=from_stored,
)
