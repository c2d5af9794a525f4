"""LimitRanges."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.limitrange import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, show_row

Object = dict[str, Any]


def make_range(*items: Object) -> Object:
    return {"metadata": {"name": "lr", "creationTimestamp": TWO_MINUTES_AGO}, "spec": {"limits": list(items)}}


def quantity(value: int, scale: int, text: str) -> str:
    inner = f"i:resource.int64Amount{{value:{value}, scale:{scale}}}, d:resource.infDecAmount{{Dec:(*inf.Dec)(nil)}}"
    return f'resource.Quantity{{{inner}, s:"{text}", Format:"DecimalSI"}}'


def test_row() -> None:
    assert show_row(KIND, make_range()) == ["lr", TWO_MINUTES_AGO]


def test_default_requests_follow_limits_maxima_and_minima() -> None:
    item = {"type": "Container", "min": {"cpu": "100m"}, "max": {"cpu": "1", "memory": "512Mi"}, "default": {"cpu": "200m"}}
    made = create(KIND, make_range(item))["spec"]["limits"][0]
    assert made["default"] == {"cpu": "200m", "memory": "512Mi"}
    assert made["defaultRequest"] == {"cpu": "200m", "memory": "512Mi"}


def test_a_minimum_alone_is_requested() -> None:
    made = create(KIND, make_range({"type": "Container", "min": {"cpu": "100m"}}))["spec"]["limits"][0]
    assert made == {"type": "Container", "min": {"cpu": "100m"}, "defaultRequest": {"cpu": "100m"}}


def test_only_containers_have_defaults() -> None:
    assert create(KIND, make_range({"type": "Pod", "max": {"cpu": "1"}}))["spec"]["limits"] == [
        {"type": "Pod", "max": {"cpu": "1"}}
    ]


def test_contradictions_are_refused() -> None:
    bad = make_range(
        {
            "type": "Container",
            "min": {"cpu": "2"},
            "max": {"cpu": "1"},
            "default": {"cpu": "3"},
            "defaultRequest": {"cpu": "4"},
        },
        {"type": "Pod", "default": {"cpu": "1"}},
        {"type": "Container", "maxLimitRequestRatio": {"cpu": "500m"}},
    )
    first, request = "spec.limits[0]", f"spec.limits[0].defaultRequest[cpu]: Invalid value: {quantity(4, 0, '4')}"
    ratio = quantity(500, -3, "500m")
    assert sorted(list_errors(KIND, bad)) == sorted(
        [
            f"{request}: default request value 4 is greater than default limit value 3",
            f"{request}: default request value 4 is greater than max value 1",
            f"{first}.default[cpu]: Invalid value: {quantity(1, 0, '1')}: default value 3 is greater than max value 1",
            f"{first}.min[cpu]: Invalid value: {quantity(2, 0, '2')}: min value 2 is greater than max value 1",
            "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
            f"spec.limits[2].maxLimitRequestRatio[cpu]: Invalid value: {ratio}: ratio 500m is less than 1",
            'spec.limits[2].type: Duplicate value: "Container"',
        ]
    )


@pytest.mark.parametrize(
    ("item", "errors"),
    [
        (
            {"type": "Pod", "max": {"storage": "1Gi"}},
            ["max[storage]: Invalid value: storage: must be a standard resource for containers"],
        ),
        ({"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}, []),
        (
            {"type": "PersistentVolumeClaim"},
            ["limits: Required value: either minimum or maximum storage value is required, but neither was provided"],
        ),
        ({"type": "Container", "min": {"cpu": "-1"}}, []),
        ({"type": "Container", "defaultRequest": {"hugepages-2Mi": "2Mi"}}, []),
        ({"type": "Node"}, ['type: Invalid value: "Node": must be a standard limit type or fully qualified']),
        (
            {"type": "Pod", "min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "3"}},
            [f"maxLimitRequestRatio[cpu]: Invalid value: {quantity(3, 0, '3')}: ratio 3 is greater than max/min = 2.000000"],
        ),
    ],
)
def test_items(item: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_range(item)) == [f"spec.limits[0].{error}" for error in errors]


def test_what_cannot_be_shared_is_requested_in_full() -> None:
    item = {"type": "Container", "default": {"hugepages-2Mi": "4Mi"}, "defaultRequest": {"hugepages-2Mi": "2Mi"}}
    (error,) = list_errors(KIND, make_range(item))
    assert error.endswith(": default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi")
