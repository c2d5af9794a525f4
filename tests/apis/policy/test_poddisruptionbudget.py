"""Pod disruption budgets: what is wrong with them, and their columns."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minikube_py.apis.policy.poddisruptionbudget import KIND

Object = dict[str, Any]


def make(**spec: Any) -> Object:
    budget: Object = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, **spec}}
    KIND.set_defaults(budget)
    return budget


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({"minAvailable": 1}, [], id="number"),
        pytest.param({"maxUnavailable": "30%"}, [], id="share"),
        pytest.param(
            {"minAvailable": -1}, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"], id="negative"
        ),
        pytest.param(
            {"maxUnavailable": "120%"},
            [
                'spec.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"120%"}: '
                "must not be greater than 100%"
            ],
            id="more than all",
        ),
        pytest.param(
            {"minAvailable": 1, "unhealthyPodEvictionPolicy": "Perhaps"},
            [
                'spec.unhealthyPodEvictionPolicy: Unsupported value: "Perhaps": '
                'supported values: "AlwaysAllow", "IfHealthyBudget"'
            ],
            id="policy",
        ),
    ],
)
def test_validate(spec: Object, errors: list[str]) -> None:
    assert [str(error) for error in KIND.validate(make(**spec))] == errors


def test_both_bounds() -> None:
    (error,) = KIND.validate(make(minAvailable=1, maxUnavailable=1))
    assert re.sub("0xc[0-9a-f]+", "PTR", str(error)) == (
        "spec: Invalid value: policy.PodDisruptionBudgetSpec{MinAvailable:(*intstr.IntOrString)(PTR), "
        "Selector:(*v1.LabelSelector)(PTR), MaxUnavailable:(*intstr.IntOrString)(PTR), "
        "UnhealthyPodEvictionPolicy:(*policy.UnhealthyPodEvictionPolicyType)(nil)}: "
        "minAvailable and maxUnavailable cannot be both set"
    )


def test_status() -> None:
    new = make()
    new["status"] |= {"currentHealthy": -1, "conditions": [{"type": "A", "status": "Perhaps", "reason": "-"}]}
    told = [error.field for error in KIND.validate_status_update(new, make())]
    where = [f"status.conditions[0].{name}" for name in ("status", "lastTransitionTime", "reason")]
    assert told == [*where, "status.currentHealthy"]


@pytest.mark.parametrize(
    ("spec", "cells"),
    [
        pytest.param({"minAvailable": "50%"}, ["web", "50%", "N/A", 0], id="at least"),
        pytest.param({"maxUnavailable": 2}, ["web", "N/A", "2", 0], id="at most"),
        pytest.param({}, ["web", "N/A", "N/A", 0], id="neither"),
    ],
)
def test_columns(spec: Object, cells: list[Any]) -> None:
    assert [column.cell(make(**spec), 0) for column in KIND.columns[:-1]] == cells
