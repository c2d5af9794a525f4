"""The arithmetic of rollouts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.controller.deployment import revisions, rolling

Object = dict[str, Any]
counts = st.integers(0, 30)


def deployment(replicas: int, surge: Any = "25%", unavailable: Any = "25%", **spec: Any) -> Object:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {"metadata": {"name": "d"}, "spec": {"replicas": replicas, "strategy": strategy, **spec}, "status": {}}


def replica_set(name: str, replicas: int, available: int = 0, **annotations: str) -> Object:
    metadata = {"name": name, "creationTimestamp": f"2026-01-01T00:00:0{len(name)}Z", "annotations": annotations}
    return {"metadata": metadata, "spec": {"replicas": replicas}, "status": {"availableReplicas": available}}


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "expected"),
    [
        pytest.param(4, "25%", "25%", (1, 1), id="quarters of 4"),
        pytest.param(3, "25%", "25%", (1, 0), id="surge rounds up, unavailable down"),
        pytest.param(10, 3, 2, (3, 2), id="numbers"),
        pytest.param(3, 0, "25%", (0, 1), id="never both 0"),
    ],
)
def test_fenceposts(replicas: int, surge: Any, unavailable: Any, expected: tuple[int, int]) -> None:
    assert rolling.resolve_fenceposts(deployment(replicas, surge, unavailable)) == expected


@given(wanted=counts, surge=st.integers(0, 5), unavailable=st.integers(0, 5), old=counts, new=counts, data=st.data())
def test_a_step_keeps_the_promises(wanted: int, surge: int, unavailable: int, old: int, new: int, data: st.DataObject) -> None:
    """No more pods than surge allows are added, and no available pod goes while too few are available."""
    d = deployment(wanted, surge, unavailable)
    old_set = replica_set("o", old, data.draw(st.integers(0, old)))
    new_set = replica_set("nn", new, data.draw(st.integers(0, new)))
    planned = rolling.plan_new(d, new_set, [old_set])
    if planned > new:
        assert planned + old <= wanted + rolling.max_surge(d)
    steps = rolling.plan_old(d, new_set, [old_set])
    left = steps[-1].replicas if steps else old
    assert 0 <= left <= old
    still_available = min(left, rolling.available_of(old_set)) + rolling.available_of(new_set)
    before = rolling.available_of(old_set) + rolling.available_of(new_set)
    assert still_available >= min(before, wanted - rolling.max_unavailable(d))


@given(before=st.integers(1, 30), wanted=counts, old=st.integers(1, 30), new=st.integers(1, 30))
def test_scaling_in_proportion_reaches_the_allowed_total(before: int, wanted: int, old: int, new: int) -> None:
    marks = {rolling.MAX_REPLICAS: str(before), rolling.DESIRED_REPLICAS: str(before)}
    sets = [replica_set("o", old, **marks), replica_set("nn", new, **marks)]
    d = deployment(wanted, 3, 2)
    steps = rolling.plan_scale(d, sets[1], sets[:1])
    assert all(step.replicas >= 0 for step in steps)
    total = sum(step.replicas for step in steps)
    assert total == (wanted + 3 if wanted else 0) or any(step.replicas == 0 for step in steps)


def test_unavailable_old_pods_go_first() -> None:
    sets = [replica_set("o", 3, 0), replica_set("oo", 5, 5)]
    steps = rolling.plan_old(deployment(6, 2, 0), replica_set("new", 2, 2), sets)
    assert steps == [("o", 0), ("oo", 4)]


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        pytest.param(2, [], "new", id="only the new one"),
        pytest.param(0, [0, 3], "oo", id="the only active one"),
        pytest.param(None, [0, 0], "oo", id="the newest of idle ones"),
        pytest.param(1, [1], None, id="several"),
    ],
)
def test_find_active_or_latest(new: int | None, old: list[int], expected: str | None) -> None:
    new_set = None if new is None else replica_set("new", new)
    found = rolling.find_active_or_latest(new_set, [replica_set("o" * (n + 1), size) for n, size in enumerate(old)])
    assert (found["metadata"]["name"] if found else None) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(
            {"metadata": {"labels": {"a": "b", "pod-template-hash": "x"}}, "spec": {"c": 1}}, True, id="but for the hash"
        ),
        pytest.param({"metadata": {"labels": {"a": "b"}, "creationTimestamp": None}, "spec": {"c": 1}}, True, id="null time"),
        pytest.param({"metadata": {"labels": {"a": "c"}}, "spec": {"c": 1}}, False, id="another label"),
        pytest.param({"metadata": {"labels": {"a": "b"}}, "spec": {"c": 2}}, False, id="another spec"),
    ],
)
def test_is_same_template(other: Object, expected: bool) -> None:
    assert revisions.is_same_template({"metadata": {"labels": {"a": "b"}}, "spec": {"c": 1}}, other) is expected


def test_revision_history_is_kept_within_its_length() -> None:
    present = {revisions.REVISION: "999", revisions.REVISION_HISTORY: ",".join(["123"] * 500)}
    annotations = revisions.make_annotations({"metadata": {}}, present, 1000)
    assert annotations[revisions.REVISION] == "1000"
    assert len(annotations[revisions.REVISION_HISTORY]) <= revisions.HISTORY_LENGTH
    assert annotations[revisions.REVISION_HISTORY].endswith(",999")
