"""ResourceQuotas."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.resourcequota import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]


def make_quota(hard: Object | None = None, **spec: Any) -> Object:
    return {"metadata": {"name": "q", "creationTimestamp": TWO_MINUTES_AGO}, "spec": {"hard": hard or {}, **spec}}


def test_requests_and_limits_have_columns_of_their_own() -> None:
    quota = create(KIND, make_quota({"pods": "2", "limits.cpu": "2", "requests.cpu": "1"}))
    quota["status"] = {"hard": quota["spec"]["hard"], "used": {"pods": "1", "limits.cpu": "500m", "requests.cpu": "0"}}
    assert show_row(KIND, quota) == ["q", "pods: 1/2, requests.cpu: 0/1", "limits.cpu: 500m/2", "2m"]


def test_before_it_is_counted_nothing_is_shown() -> None:
    assert show_row(KIND, create(KIND, make_quota({"pods": "2"}))) == ["q", "", "", "2m"]


@pytest.mark.parametrize(
    ("quota", "errors"),
    [
        (make_quota({"pods": "-1"}), ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']),
        (make_quota({"gold": "1"}), ["spec.hard[gold]: Invalid value: gold: must be a standard resource for quota"]),
        (make_quota({"count/deployments.apps": "1"}), []),
        (
            make_quota(scopes=["Terminating", "NotTerminating"]),
            ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"Terminating", "NotTerminating"}: conflicting scopes'],
        ),
    ],
)
def test_errors(quota: Object, errors: list[str]) -> None:
    assert list_errors(KIND, quota) == errors


def test_a_part_of_a_pod_is_no_quota() -> None:
    (error,) = list_errors(KIND, make_quota({"pods": "1500m"}))
    assert error.startswith("spec.hard[pods]: Invalid value: resource.Quantity{i:resource.int64Amount{value:1500, scale:-3}")
    assert error.endswith(": must be an integer")


def test_scopes_stay() -> None:
    old = create(KIND, make_quota(scopes=["BestEffort"]))
    assert list_update_errors(KIND, make_quota(), old) == [
        "spec.scopes: Invalid value: []core.ResourceQuotaScope{}: field is immutable",
    ]
