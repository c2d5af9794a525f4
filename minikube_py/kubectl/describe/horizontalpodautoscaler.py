"""Horizontal pod autoscalers, of autoscaling/v2 and, from servers without it, of v1."""

from __future__ import annotations

from typing import Any

from minikube_py.kubectl.describe.autoscaler_metrics import write_metric
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_head
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write an autoscaler."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    target = spec["scaleTargetRef"]
    write_head(obj, writer)
    writer.field(0, "CreationTimestamp", format_time(obj["metadata"].get("creationTimestamp")))
    writer.field(0, "Reference", f"{target.get('kind', '')}/{target.get('name', '')}")
    if obj.get("apiVersion") == "autoscaling/v1":
        _write_cpu(obj, writer)
    else:
        writer.field(0, "Metrics", "( current / target )")
        found = status.get("currentMetrics") or []
        for index, metric in enumerate(spec.get("metrics") or ()):
            write_metric(metric, found[index] if index < len(found) else {}, writer)
    writer.field(0, "Min replicas", spec.get("minReplicas", "<unset>"))
    writer.field(0, "Max replicas", spec.get("maxReplicas", 0))
    _write_behaviour(spec.get("behavior"), writer)
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    writer.field(0, f"{target.get('kind', '')} pods", counts)
    _write_conditions(status.get("conditions"), writer)
    write_events_of(obj, context)


def _write_cpu(obj: Object, writer: Writer) -> None:
    target = obj["spec"].get("targetCPUUtilizationPercentage")
    if target is None:
        return
    current = (obj.get("status") or {}).get("currentCPUUtilizationPercentage", "<unknown>")
    writer.field(0, "Target CPU utilization", f"{target}%")
    writer.field(0, "Current CPU utilization", f"{current}%")


def _write_behaviour(behaviour: Object | None, writer: Writer) -> None:
    if behaviour is None:
        return
    writer.write(0, "Behavior:\n")
    for title, field in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
        if (rules := behaviour.get(field)) is not None:
            writer.write(1, f"{title}:\n")
            _write_rules(rules, writer)


def _write_rules(rules: Object, writer: Writer) -> None:
    if rules.get("stabilizationWindowSeconds") is not None:
        writer.write(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds\n")
    if not rules.get("policies"):
        return
    writer.write(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}\n")
    writer.write(2, "Policies:\n")
    for policy in rules["policies"]:
        value, period = policy.get("value", 0), policy.get("periodSeconds", 0)
        writer.write(3, f"- Type: {policy.get('type', '')}\tValue: {value}\tPeriod: {period} seconds\n")


def _write_conditions(conditions: list[Object] | None, writer: Writer) -> None:
    if not conditions:
        return
    writer.write(0, "Conditions:\n")
    writer.write(1, "Type\tStatus\tReason\tMessage\n")
    writer.write(1, "----\t------\t------\t-------\n")
    for condition in conditions:
        writer.write(1, "\t".join(condition.get(f, "") for f in ("type", "status", "reason", "message")) + "\n")
