"""Endpoints are shared out among zones by their cpus."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.client.zone_hints import (
    NO_NODES,
    NO_ZONE,
    OVERLOADED,
    TOO_FEW,
    Unshared,
    choose_zones,
    is_asked_for,
    weigh_zones,
)

Object = dict[str, Any]


def make_node(zone: str, cpu: str = "4", ready: str = "True", **labels: str) -> Object:
    zones = {"topology.kubernetes.io/zone": zone} if zone else {}
    return {
        "metadata": {"labels": {**zones, **labels}},
        "status": {"allocatable": {"cpu": cpu}, "conditions": [{"type": "Ready", "status": ready}]},
    }


CONTROL = make_node("", **{"node-role.kubernetes.io/control-plane": ""})


@pytest.mark.parametrize(
    ("nodes", "weights"),
    [
        pytest.param([make_node("a"), make_node("b")], {"a": 0.5, "b": 0.5}, id="equal"),
        pytest.param(
            [make_node("b", "3"), make_node("a", "500m"), make_node("a", "500m")], {"a": 0.25, "b": 0.75}, id="by cpu"
        ),
        pytest.param([make_node("a"), make_node("b"), CONTROL], {"a": 0.5, "b": 0.5}, id="the control plane does not count"),
        pytest.param(
            [make_node("a"), make_node("b"), make_node("", ready="False")], {"a": 0.5, "b": 0.5}, id="nor what is lost"
        ),
        pytest.param([make_node("a"), make_node("b"), make_node("")], {}, id="one without a zone"),
        pytest.param([make_node("a"), make_node("b", "0")], {}, id="one without cpus"),
        pytest.param([make_node("a")], {}, id="one zone"),
        pytest.param([], {}, id="no nodes"),
    ],
)
def test_weights(nodes: list[Object], weights: dict[str, float]) -> None:
    assert weigh_zones(nodes) == weights


EVEN = {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    ("zones", "weights", "chosen"),
    [
        pytest.param("aabb", EVEN, "aabb", id="each its own"),
        pytest.param("aaab", EVEN, "baab", id="one moves"),
        pytest.param("aaaa", EVEN, "bbaa", id="half move"),
        pytest.param("aabbb", {"a": 0.45, "b": 0.55}, "aabbb", id="a quarter of an endpoint does not move"),
    ],
)
def test_choices(zones: str, weights: dict[str, float], chosen: str) -> None:
    assert choose_zones(zones, weights) == list(chosen)


@pytest.mark.parametrize(
    ("zones", "weights", "why"),
    [
        pytest.param("ab", {}, NO_NODES, id="no weights"),
        pytest.param("a", EVEN, f"{TOO_FEW} (1 endpoints, 2 zones)", id="fewer than zones"),
        pytest.param("abc", {"a": 0.34, "b": 0.33, "c": 0.33}, "", id="one each"),
        pytest.param("aab", EVEN, f"{OVERLOADED} (3 endpoints, 2 zones)", id="one and a half each"),
        pytest.param("aab", {"a": 0.85, "b": 0.15}, f"{OVERLOADED} (3 endpoints, 2 zones)", id="too uneven"),
    ],
)
def test_refusals(zones: str, weights: dict[str, float], why: str) -> None:
    if not why:
        assert choose_zones(zones, weights) == list(zones)
        return
    with pytest.raises(Unshared) as refusal:
        choose_zones(zones, weights)
    assert str(refusal.value) == why


def test_every_endpoint_needs_a_zone() -> None:
    with pytest.raises(Unshared, match=NO_ZONE):
        choose_zones(["a", ""], EVEN)


@given(st.lists(st.sampled_from("abc"), min_size=3, max_size=40))
def test_every_zone_gets_enough(zones: list[str]) -> None:
    weights = {"a": 0.4, "b": 0.3, "c": 0.3}
    try:
        chosen = Counter(choose_zones(zones, weights))
    except Unshared:
        return
    assert chosen.total() == len(zones)
    for zone, weight in weights.items():
        assert abs(chosen[zone] - weight * len(zones)) < 2.0


@pytest.mark.parametrize(
    ("annotations", "asked"),
    [
        pytest.param(None, False, id="none"),
        pytest.param({"service.kubernetes.io/topology-mode": "Auto"}, True, id="Auto"),
        pytest.param({"service.kubernetes.io/topology-aware-hints": "auto"}, True, id="the older name"),
        pytest.param({"service.kubernetes.io/topology-mode": "Disabled"}, False, id="disabled"),
    ],
)
def test_who_asks(annotations: Object | None, asked: bool) -> None:
    assert is_asked_for({"metadata": {"annotations": annotations}}) is asked
