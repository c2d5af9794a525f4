"""LimitRanges."""

from __future__ import annotations

from typing import Any

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
