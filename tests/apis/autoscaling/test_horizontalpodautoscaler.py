"""Autoscalers: defaults, rules, columns, and their older version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.autoscaling.horizontalpodautoscaler import KIND
from minikube_py.apis.autoscaling.horizontalpodautoscaler_v1 import KIND as V1

Object = dict[str, Any]
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
PREFIX = "autoscaling.alpha.kubernetes.io/"


def make(**spec: Any) -> Object:
    autoscaler: Object = {"metadata": {"name": "web"}, "spec": {"scaleTargetRef": TARGET, "maxReplicas": 5, **spec}}
    KIND.set_defaults(autoscaler)
    return autoscaler


def resource(name: str, **target: Any) -> Object:
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def test_defaults() -> None:
    spec = make()["spec"]
    assert (spec["minReplicas"], spec["metrics"]) == (1, [CPU])
    assert "behavior" not in spec


def test_defaults_of_a_behavior() -> None:
    behavior = make(behavior={"scaleDown": {"stabilizationWindowSeconds": 60}})["spec"]["behavior"]
    four, double = {"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15}
    assert behavior == {
        "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [four, double]},
        "scaleDown": {"stabilizationWindowSeconds": 60, "selectPolicy": "Max", "policies": [double]},
    }


def test_tolerance_is_switched_off() -> None:
    autoscaler = make(behavior={"scaleUp": {"tolerance": "0.2"}})
    KIND.prepare_for_create(autoscaler)
    assert "tolerance" not in autoscaler["spec"]["behavior"]["scaleUp"]


ZERO = "must specify at least one Object or External metric to support scaling to zero replicas"


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({}, [], id="good"),
        pytest.param(
            {"minReplicas": 6},
            ["spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"],
            id="crossed",
        ),
        pytest.param(
            {"minReplicas": 0},
            ["spec.minReplicas: Invalid value: 0: must be greater than or equal to 1", f"spec.metrics: Forbidden: {ZERO}"],
            id="none at all",
        ),
        pytest.param(
            {"maxReplicas": 0, "minReplicas": None},
            [
                "spec.maxReplicas: Invalid value: 0: must be greater than 0",
                "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
            ],
            id="at most none",
        ),
        pytest.param(
            {"scaleTargetRef": {"kind": "a/b"}},
            [
                "spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'",
                "spec.scaleTargetRef.name: Required value",
            ],
            id="target",
        ),
        pytest.param(
            {"metrics": [resource("cpu", type="Utilization")]},
            [
                "spec.metrics[0].resource.target.averageUtilization: Required value: "
                "must set either a target raw value or a target utilization"
            ],
            id="no target",
        ),
        pytest.param(
            {"metrics": [resource("cpu", type="Share", averageUtilization=0, averageValue="1")]},
            [
                'spec.metrics[0].resource.target.type: Invalid value: "Share": must be either Utilization, Value, or AverageValue',
                "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
                "spec.metrics[0].resource.target.averageValue: Forbidden: "
                "may not set both a target raw value and a target utilization",
            ],
            id="both targets",
        ),
        pytest.param(
            {"metrics": [{"type": "Pods"}]},
            ["spec.metrics[0].pods: Required value: must populate information for the given metric source"],
            id="no source",
        ),
        pytest.param(
            {"metrics": [{**CPU, "pods": {"metric": {"name": "m"}, "target": {"type": "AverageValue", "averageValue": "1"}}}]},
            ["spec.metrics[0].pods: Forbidden: must populate the given metric source only"],
            id="two sources",
        ),
        pytest.param(
            {"metrics": [{"type": "Weather"}]},
            2
            * [
                'spec.metrics[0].type: Unsupported value: "Weather": '
                'supported values: "ContainerResource", "External", "Object", "Pods", "Resource"'
            ],
            id="unknown type",
        ),
        pytest.param(
            {"behavior": {"scaleUp": {"stabilizationWindowSeconds": 3601, "selectPolicy": "Any", "policies": []}}},
            [
                "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
                'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Any": supported values: "Disabled", "Max", "Min"',
                "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy",
            ],
            id="rules",
        ),
        pytest.param(
            {"behavior": {"scaleDown": {"policies": [{"type": "All", "value": 0, "periodSeconds": 1801}]}}},
            [
                'spec.behavior.scaleDown.policies[0].type: Unsupported value: "All": supported values: "Percent", "Pods"',
                "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero",
                "spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
            ],
            id="policy",
        ),
    ],
)
def test_validate(spec: Object, errors: list[str]) -> None:
    assert [str(error) for error in KIND.validate(make(**spec))] == errors


def test_no_replicas_may_stay() -> None:
    external = {"metric": {"name": "m"}, "target": {"type": "Value", "value": "1"}}
    old = make(minReplicas=0, metrics=[{"type": "External", "external": external}])
    assert KIND.validate_update(deep_copy(old), old) == []
    assert KIND.validate(old) != []


@pytest.mark.parametrize(
    ("metrics", "found", "cell"),
    [
        pytest.param([CPU], [], "cpu: <unknown>/80%", id="unknown"),
        pytest.param([CPU], [{"type": ""}], "cpu: <unknown>/80%", id="failed"),
        pytest.param(
            [CPU],
            [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 7}}}],
            "cpu: 7%/80%",
            id="known",
        ),
        pytest.param(
            [resource("memory", averageValue="200Mi"), CPU, CPU],
            [{"type": "Resource", "resource": {"name": "memory", "current": {"averageValue": "1Mi"}}}],
            "memory: 1Mi/200Mi, cpu: <unknown>/80% + 1 more...",
            id="several",
        ),
        pytest.param(
            [{"type": "External", "external": {"metric": {"name": "m"}, "target": {"averageValue": "5"}}}],
            [],
            "<unknown>/5 (avg)",
            id="average",
        ),
        pytest.param([{"type": "Weather"}], [], "<unknown type>", id="unknown type"),
    ],
)
def test_targets(metrics: list[Object], found: list[Object], cell: str) -> None:
    autoscaler = make(metrics=metrics)
    autoscaler["status"] = {"currentMetrics": found, "currentReplicas": 2}
    assert [column.cell(autoscaler, 0) for column in KIND.columns[:-1]] == ["web", "Deployment/web", cell, "1", 5, 2]


def test_older_version_of_cpu_alone() -> None:
    shown = V1.from_stored(make())
    assert shown["spec"] == {"scaleTargetRef": TARGET, "minReplicas": 1, "maxReplicas": 5, "targetCPUUtilizationPercentage": 80}
    assert shown["status"] == {"currentReplicas": 0, "desiredReplicas": 0}
    assert "annotations" not in shown["metadata"]
    assert V1.to_stored(shown)["spec"] == make()["spec"]


def test_older_version_without_a_target() -> None:
    shown = {"metadata": {"name": "web"}, "spec": {"scaleTargetRef": TARGET, "maxReplicas": 2}}
    assert V1.to_stored(shown)["spec"]["metrics"] == [CPU]


def test_older_version_of_everything() -> None:
    about = {"kind": "Service", "name": "s"}
    metrics = [
        resource("memory", type="AverageValue", averageValue="200Mi"),
        {
            "type": "Object",
            "object": {"describedObject": about, "metric": {"name": "hits"}, "target": {"type": "Value", "value": "2"}},
        },
        {"type": "External", "external": {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "1"}}},
        CPU,
    ]
    stored = make(metrics=metrics, behavior={})
    condition = {"type": "AbleToScale", "status": "True", "reason": "R", "message": "m", "lastTransitionTime": "t"}
    current = {"averageUtilization": 7, "averageValue": "7m"}
    found = [{"type": "Resource", "resource": {"name": "cpu", "current": current}}]
    stored["status"] = {"currentReplicas": 1, "desiredReplicas": 2, "currentMetrics": found, "conditions": [condition]}
    stored["metadata"]["annotations"] = {"a": "b"}
    shown = V1.from_stored(stored)
    annotations = shown["metadata"]["annotations"]
    assert set(annotations) == {"a", *(PREFIX + name for name in ("metrics", "current-metrics", "conditions", "behavior"))}
    assert json.loads(annotations[f"{PREFIX}metrics"])[1] == {
        "type": "Object",
        "object": {"target": about, "metricName": "hits", "targetValue": "2"},
    }
    assert annotations[f"{PREFIX}behavior"].startswith(
        '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":'
    )
    assert shown["status"]["currentCPUUtilizationPercentage"] == 7
    assert V1.to_stored(shown) == stored


def test_annotations_that_are_no_json_are_no_metrics() -> None:
    metadata = {"name": "web", "annotations": {f"{PREFIX}metrics": "{"}}
    stored = V1.to_stored({"metadata": metadata, "spec": {"scaleTargetRef": TARGET, "maxReplicas": 2}})
    assert stored["metadata"] == {"name": "web"}
    assert stored["spec"]["metrics"] == [CPU]
