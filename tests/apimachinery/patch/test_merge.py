from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.patch.merge import apply_merge_patch, create_merge_patch, create_three_way_merge_patch

SCALARS = st.one_of(st.integers(-3, 3), st.text("ab", max_size=2), st.booleans())
VALUES = st.recursive(
    st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


@pytest.mark.parametrize(
    ("obj", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
    ids=str,
)
def test_the_examples_of_rfc_7386(obj: Any, patch: Any, expected: Any) -> None:
    assert apply_merge_patch(obj, patch) == expected


@given(OBJECTS, OBJECTS)
def test_a_created_patch_gives_the_modified_object(original: dict[str, Any], modified: dict[str, Any]) -> None:
    before = copy.deepcopy((original, modified))
    assert apply_merge_patch(original, create_merge_patch(original, modified)) == modified
    assert (original, modified) == before


@given(OBJECTS)
def test_nothing_to_change_is_an_empty_patch(obj: dict[str, Any]) -> None:
    assert create_merge_patch(obj, obj) == {}


@pytest.mark.parametrize(
    ("original", "modified", "current", "expected"),
    [
        pytest.param({"a": 1}, {"a": 2}, {"a": 1, "z": 9}, {"a": 2}, id="change"),
        pytest.param({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2, "z": 9}, {"b": None}, id="removed-since-last-applied"),
        pytest.param({}, {"a": 1}, {"a": 1}, {}, id="already-there"),
        pytest.param({"s": {"a": 1}}, {"s": {"a": 1}}, {"s": {"a": 5, "z": 1}}, {"s": {"a": 1}}, id="drift-is-undone"),
        pytest.param({"l": [1]}, {"l": [1, 2]}, {"l": [1, 3]}, {"l": [1, 2]}, id="lists-are-replaced"),
        pytest.param({"s": {"a": 1}}, {"s": {"b": 2}}, {"s": {"a": 1}}, {"s": {"a": None, "b": 2}}, id="both-in-one-map"),
        pytest.param({}, {"e": {}}, {}, {"e": {}}, id="empty-map-is-a-value"),
    ],
)
def test_three_way(original: dict[str, Any], modified: dict[str, Any], current: dict[str, Any], expected: Any) -> None:
    assert create_three_way_merge_patch(original, modified, current) == expected
