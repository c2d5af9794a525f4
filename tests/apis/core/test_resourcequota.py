"""Rules and table of ResourceQuotas."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.resourcequota import KIND

Object = dict[str, Any]
NIL = "[]core.ResourceQuotaScope(nil)"


def quota(hard: dict[str, str] | None = None, **spec: Any) -> Object:
    return {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard or {}, **spec}}


def selector(scope: str, operator: str, *values: str) -> Object:
    return {"scopeSelector": {"matchExpressions": [{"scopeName": scope, "operator": operator, "values": list(values)}]}}


@pytest.mark.parametrize(
    "name",
    [
        "pods",
        "cpu",
        "limits.memory",
        "requests.ephemeral-storage",
        "requests.storage",
        "hugepages-2Mi",
        "services.nodeports",
        "count/deployments.apps",
        "requests.nvidia.com/gpu",
        "gold.storageclass.storage.k8s.io/requests.storage",
    ],
)
def test_resources_that_can_be_limited(name: str) -> None:
    assert KIND.validate(quota({name: "1"})) == []


@pytest.mark.parametrize(
    ("hard", "messages"),
    [
        (
            {"foo": "1"},
            [
                "spec.hard[foo]: Invalid value: foo: must be a standard resource type or fully qualified",
                "spec.hard[foo]: Invalid value: foo: must be a standard resource for quota",
            ],
        ),
        ({"storage": "1Gi"}, ["spec.hard[storage]: Invalid value: storage: must be a standard resource for quota"]),
        ({"cpu": "-1"}, ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0']),
        (
            {"pods": "1500m"},
            [
                "spec.hard[pods]: Invalid value: resource.Quantity{i:resource.int64Amount{value:1500, scale:-3}, "
                'd:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"DecimalSI"}: must be an integer'
            ],
        ),
    ],
)
def test_resources_that_cannot_be_limited(hard: dict[str, str], messages: list[str]) -> None:
    assert [str(e) for e in KIND.validate(quota(hard))] == messages


@pytest.mark.parametrize(
    ("hard", "spec", "messages"),
    [
        ("pods", {"scopes": ["BestEffort"]}, []),
        ("requests.cpu", {"scopes": ["NotBestEffort", "Terminating"]}, []),
        (
            "cpu",
            {"scopes": ["BestEffort"]},
            ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort"}: unsupported scope applied to resource'],
        ),
        (
            "secrets",
            {"scopes": ["Terminating"]},
            ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"Terminating"}: unsupported scope applied to resource'],
        ),
        ("pods", {"scopes": ["Odd"]}, ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"Odd"}: unsupported scope']),
        (
            "pods",
            {"scopes": ["Terminating", "NotTerminating"]},
            ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"Terminating", "NotTerminating"}: conflicting scopes'],
        ),
        ("cpu", selector("PriorityClass", "In", "high"), []),
        (
            "services",
            selector("PriorityClass", "In", "high"),
            [
                "spec.scopeSelector.matchExpressions: Invalid value: core.ScopeSelector{MatchExpressions:"
                "[]core.ScopedResourceSelectorRequirement{core.ScopedResourceSelectorRequirement{"
                'ScopeName:"PriorityClass", Operator:"In", Values:[]string{"high"}}}}: unsupported scope applied to resource'
            ],
        ),
        (
            "pods",
            selector("PriorityClass", "In"),
            [
                "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or "
                "'NotIn' for scope selector"
            ],
        ),
        (
            "pods",
            selector("PriorityClass", "Exists", "high"),
            [
                'spec.scopeSelector.matchExpressions.values: Invalid value: []string{"high"}: must be no value when `operator` is '
                "'Exist' or 'DoesNotExist' for scope selector"
            ],
        ),
        (
            "pods",
            selector("PriorityClass", "Like", "high"),
            ['spec.scopeSelector.matchExpressions.operator: Invalid value: "Like": not a valid selector operator'],
        ),
    ],
)
def test_scopes(hard: str, spec: Object, messages: list[str]) -> None:
    assert [str(e) for e in KIND.validate(quota({hard: "1"}, **spec))] == messages


def test_scopes_other_than_priority_must_exist() -> None:
    errors = KIND.validate(quota({"pods": "1"}, **selector("BestEffort", "DoesNotExist")))
    assert [e.field for e in errors] == ["spec.scopeSelector.matchExpressions.operator"]
    assert errors[0].detail.startswith("must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ")


def test_scopes_do_not_change() -> None:
    before, after = quota({"pods": "1"}, scopes=["Terminating"]), quota({"pods": "2"})
    assert [str(e) for e in KIND.validate_update(after, before)] == [f"spec.scopes: Invalid value: {NIL}: field is immutable"]
    assert KIND.validate_update({**before, "spec": {**before["spec"], "hard": {"pods": "9"}}}, before) == []


def test_the_table_shows_requests_and_limits_apart() -> None:
    hard = {"requests.cpu": "1", "limits.cpu": "2", "pods": "3"}
    row = {**quota(), "status": {"hard": hard, "used": {"pods": "1", "limits.cpu": "500m"}}}
    shown = {c.name: c.cell(row, 0.0) for c in KIND.columns[1:3]}
    assert shown == {"Request": "pods: 1/3, requests.cpu: 0/1", "Limit": "limits.cpu: 500m/2"}
