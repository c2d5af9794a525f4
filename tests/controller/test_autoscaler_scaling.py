"""How fast autoscalers may scale."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apis.autoscaling.horizontalpodautoscaler import fill_scale_down, fill_scale_up
from minikube_py.controller.horizontal_pod_autoscaler.scaling import Change, Memory, Wish, normalize

Object = dict[str, Any]
NOW = 1000.0


def rules(**given: Object) -> Object:
    return {"scaleUp": fill_scale_up(given.get("up", {})), "scaleDown": fill_scale_down(given.get("down", {}))}


def policy(kind: str, value: int, period: int = 60) -> Object:
    return {"type": kind, "value": value, "periodSeconds": period}


AT_ONCE = {"stabilizationWindowSeconds": 0}


@pytest.mark.parametrize(
    ("behavior", "current", "desired", "replicas", "reason"),
    [
        pytest.param(None, 2, 3, 3, "DesiredWithinRange", id="plain"),
        pytest.param(None, 2, 9, 4, "ScaleUpLimit", id="plain, too fast"),
        pytest.param(None, 12, 50, 20, "TooManyReplicas", id="plain, too many"),
        pytest.param(None, 2, 0, 1, "TooFewReplicas", id="plain, too few"),
        pytest.param(rules(), 2, 9, 6, "ScaleUpLimit", id="default policies"),
        pytest.param(rules(up={"selectPolicy": "Min"}), 2, 9, 4, "ScaleUpLimit", id="least of the policies"),
        pytest.param(rules(up={"selectPolicy": "Disabled"}), 2, 9, 2, "ScaleUpLimit", id="not up"),
        pytest.param(rules(up={"policies": [policy("Pods", 1)]}), 2, 9, 3, "ScaleUpLimit", id="one pod up"),
        pytest.param(rules(up={"policies": [policy("Percent", 10)]}), 15, 19, 17, "ScaleUpLimit", id="rounded up"),
        pytest.param(rules(down=AT_ONCE), 9, 1, 1, "DesiredWithinRange", id="all down at once"),
        pytest.param(rules(down=AT_ONCE | {"policies": [policy("Pods", 2)]}), 9, 1, 7, "ScaleDownLimit", id="two pods down"),
        pytest.param(rules(down=AT_ONCE | {"policies": [policy("Percent", 10)]}), 9, 1, 8, "ScaleDownLimit", id="share down"),
        pytest.param(rules(down=AT_ONCE | {"selectPolicy": "Disabled"}), 9, 1, 9, "ScaleDownLimit", id="not down"),
        pytest.param(rules(down=AT_ONCE), 9, 0, 1, "TooFewReplicas", id="too few"),
    ],
)
def test_normalize(behavior: Object | None, current: int, desired: int, replicas: int, reason: str) -> None:
    verdict = normalize(Wish(current, desired, 1, 20, NOW), behavior, Memory())
    assert (verdict.replicas, verdict.limit[0]) == (replicas, reason)
    assert verdict.is_limited == (reason != "DesiredWithinRange")


@pytest.mark.parametrize(
    ("seconds", "replicas"), [pytest.param(100, 8, id="within the window"), pytest.param(301, 2, id="after it")]
)
@pytest.mark.parametrize("behavior", [None, rules()], ids=["plain", "by rules"])
def test_old_recommendations_hold_a_fall_up(behavior: Object | None, seconds: float, replicas: int) -> None:
    memory = Memory()
    memory.recommendations = [Change(8, NOW)]
    verdict = normalize(Wish(8, 2, 1, 20, NOW + seconds), behavior, memory)
    assert verdict.replicas == replicas
    assert verdict.able[0] == ("ScaleDownStabilized" if replicas == 8 else "ReadyForNewScale")


def test_old_recommendations_hold_a_rise_up() -> None:
    memory = Memory()
    memory.recommendations = [Change(2, NOW)]
    behavior = rules(up={"stabilizationWindowSeconds": 60})
    verdict = normalize(Wish(2, 4, 1, 20, NOW + 30), behavior, memory)
    assert (verdict.replicas, verdict.able[0]) == (2, "ScaleUpStabilized")


def test_what_was_added_counts_within_its_period() -> None:
    memory, behavior = Memory(), rules(up={"policies": [policy("Pods", 2)]})
    memory.note_scaling(behavior, 2, 4, NOW)
    assert normalize(Wish(4, 9, 1, 20, NOW + 30), behavior, memory).replicas == 4
    assert normalize(Wish(4, 9, 1, 20, NOW + 61), behavior, memory).replicas == 6


@given(current=st.integers(1, 50), desired=st.integers(0, 100), least=st.integers(1, 10), more=st.integers(0, 40))
def test_never_out_of_bounds(current: int, desired: int, least: int, more: int) -> None:
    most = least + more
    current = min(max(current, least), most)
    for behavior in (None, rules()):
        assert least <= normalize(Wish(current, desired, least, most, NOW), behavior, Memory()).replicas <= most
