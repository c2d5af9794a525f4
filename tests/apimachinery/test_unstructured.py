"""Accessors on JSON objects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.unstructured import (
    controller_of,
    deep_copy,
    find_condition,
    format_go_map,
    get_nested,
    is_condition_true,
    is_controlled_by,
    remove_condition,
    set_condition,
    set_nested,
)

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a", "b"), 1),
        (("a", "x"), "none"),
        (("a", "b", "c"), "none"),
        (("n",), "none"),
        (("z",), 0),
        ((), {"a": {"b": 1}, "n": None, "z": 0}),
    ],
    ids=str,
)
def test_get_nested(path: tuple[str, ...], expected: Any) -> None:
    assert get_nested({"a": {"b": 1}, "n": None, "z": 0}, *path, default="none") == expected


def test_get_nested_of_none() -> None:
    assert get_nested(None, "a") is None


def test_set_nested_makes_the_way() -> None:
    obj: dict[str, Any] = {"a": None}
    set_nested(obj, 1, "a", "b", "c")
    assert obj == {"a": {"b": {"c": 1}}}
    with pytest.raises(TypeError, match=r"a\.b is not an object"):
        set_nested({"a": {"b": 5}}, 1, "a", "b", "c")


@given(_json)
def test_a_copy_is_equal_and_shares_nothing(value: Any) -> None:
    copied = deep_copy(value)
    assert copied == value
    assert not _containers(copied) & _containers(value)


def _containers(value: Any) -> set[int]:
    if not isinstance(value, dict | list):
        return set()
    inner = value.values() if isinstance(value, dict) else value
    return {id(value)}.union(*map(_containers, inner))


def test_the_controller_is_the_reference_that_says_so() -> None:
    references = [{"uid": "1", "name": "a"}, {"uid": "2", "name": "b", "controller": True}]
    pod = {"metadata": {"ownerReferences": references}}
    assert controller_of(pod) == references[1]
    assert is_controlled_by(pod, {"metadata": {"uid": "2"}})
    assert not is_controlled_by(pod, {"metadata": {"uid": "1"}})
    assert controller_of({"metadata": {}}) is None
    assert not is_controlled_by({}, {"metadata": {}})


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    conditions: list[dict[str, Any]] = []
    assert set_condition(conditions, {"type": "Ready", "status": "False", "reason": "A"}, "t1")
    assert set_condition(conditions, {"type": "Ready", "status": "False", "reason": "B"}, "t2")
    assert conditions == [{"type": "Ready", "status": "False", "reason": "B", "lastTransitionTime": "t1"}]
    assert not set_condition(conditions, {"type": "Ready", "status": "False", "reason": "B"}, "t3")
    assert set_condition(conditions, {"type": "Ready", "status": "True"}, "t4")
    assert conditions == [{"type": "Ready", "status": "True", "lastTransitionTime": "t4"}]


def test_conditions_are_found_and_removed_by_type() -> None:
    conditions = [{"type": "A", "status": "True"}, {"type": "B", "status": "False"}]
    assert find_condition(conditions, "B") is conditions[1]
    assert find_condition(None, "A") is None
    assert is_condition_true(conditions, "A")
    assert not is_condition_true(conditions, "B") and not is_condition_true(conditions, "C")
    assert remove_condition(conditions, "A")
    assert not remove_condition(conditions, "A")
    assert conditions == [{"type": "B", "status": "False"}]


def test_go_literals() -> None:
    assert format_go_map({"b": 'say "x"', "a": "1"}) == 'map[string]string{"a":"1", "b":"say \\"x\\""}'
    assert format_go_map({}) == "map[string]string{}"
    assert format_go_map(None) == "map[string]string(nil)"
    assert format_go_strings(["a", "b"]) == '[]string{"a", "b"}'
    assert format_go_strings(None) == "[]string(nil)"
