"""The texts were read off `kubectl patch --local --type=json` 1.33."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.patch.json import list_unknown_fields
from minikube_py.apimachinery.patch.operations import OperationError, apply_operations

DOC: dict[str, Any] = {"data": {"a": "1"}, "list": [1, 2, 3], "text": "x", "deep": {"list": [{"k": "v"}]}}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param({"op": "add", "path": "/list/1", "value": 9}, {"list": [1, 9, 2, 3]}, id="insert"),
        pytest.param({"op": "add", "path": "/list/-", "value": 9}, {"list": [1, 2, 3, 9]}, id="append"),
        pytest.param({"op": "add", "path": "/list/-1", "value": 9}, {"list": [1, 2, 3, 9]}, id="negative-index-counts-the-end"),
        pytest.param({"op": "add", "path": "/new"}, {"new": None}, id="no-value-is-null"),
        pytest.param({"op": "remove", "path": "/list/-1"}, {"list": [1, 2]}, id="remove-the-last"),
        pytest.param({"op": "replace", "path": "/new", "value": 1}, {"new": 1}, id="what-is-not-there-may-be-replaced"),
        pytest.param({"op": "replace", "path": "/list/0", "value": 7}, {"list": [7, 2, 3]}, id="replace-an-item"),
        pytest.param({"op": "copy", "from": "/nope", "path": "/new"}, {"new": None}, id="what-is-not-there-is-copied-as-null"),
        pytest.param({"op": "move", "from": "/list/0", "path": "/list/-"}, {"list": [2, 3, 1]}, id="move-within-a-list"),
        pytest.param({"op": "test", "path": "/nope", "value": None}, {}, id="what-is-not-there-is-null"),
        pytest.param({"op": "test", "path": "/deep", "value": {"list": [{"k": "v"}]}}, {}, id="test-a-tree"),
    ],
)
def test_what_operations_do(operation: dict[str, Any], expected: dict[str, Any]) -> None:
    assert apply_operations(DOC, [operation]) == {**DOC, **expected}


def test_the_whole_document_can_be_replaced() -> None:
    assert apply_operations(DOC, [{"op": "replace", "path": "", "value": {"a": 1}}]) == {"a": 1}


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        pytest.param(
            {"op": "remove", "path": "/data/q"},
            "error in remove for path: '/data/q': Unable to remove nonexistent key: q: missing value",
            id="remove",
        ),
        pytest.param({"op": "test", "path": "/data/a", "value": "2"}, "testing value /data/a failed: test failed", id="test"),
        pytest.param({"op": "test", "path": "/list/0", "value": True}, "testing value /list/0 failed: test failed", id="bool"),
        pytest.param(
            {"op": "add", "path": "/foo/q", "value": 1},
            'add operation does not apply: doc is missing path: "/foo/q": missing value',
            id="add-under-nothing",
        ),
        pytest.param(
            {"op": "add", "path": "data", "value": 1},
            'add operation does not apply: doc is missing path: "data": missing value',
            id="path-without-slash",
        ),
        pytest.param(
            {"op": "replace", "path": "/foo/q", "value": 1},
            "replace operation does not apply: doc is missing path: /foo/q: missing value",
            id="replace-under-nothing",
        ),
        pytest.param(
            {"op": "replace", "path": "/list/7", "value": 1},
            "replace operation does not apply: doc is missing key: /list/7: missing value",
            id="replace-beyond-the-end",
        ),
        pytest.param(
            {"op": "add", "path": "/list/7", "value": 1},
            "error in add for path: '/list/7': Unable to access invalid index: 7: invalid index referenced",
            id="index-beyond-the-end",
        ),
        pytest.param(
            {"op": "move", "from": "/foo", "path": "/bar"},
            "error in move for path: 'foo': Unable to remove nonexistent key: foo: missing value",
            id="move-nothing",
        ),
        pytest.param({"op": "bogus", "path": "/a"}, "Unexpected kind: bogus", id="unknown-operation"),
        pytest.param({"path": "/a"}, "Unexpected kind: unknown", id="no-operation"),
        pytest.param(None, "Unexpected kind: unknown", id="null"),
        pytest.param({"op": "remove"}, "remove operation failed to decode path: missing value", id="no-path"),
        pytest.param(
            {"op": "copy", "path": "/a"},
            "copy operation failed to decode from: operation, missing from field: missing value",
            id="no-from",
        ),
    ],
)
def test_what_cannot_be_done(operation: Any, message: str) -> None:
    with pytest.raises(OperationError) as caught:
        apply_operations(DOC, [operation])
    assert str(caught.value) == message


def test_fields_that_operations_do_not_have() -> None:
    patch = [{"op": "test", "path": "/a", "vale": 1}, None, {"form": "/a"}]
    assert list_unknown_fields(patch) == ['json patch unknown field "[0].vale"', 'json patch unknown field "[2].form"']
    assert list_unknown_fields({"vale": 1}) == []


KEYS = st.text(alphabet="a~/b0", min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)


def escape(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


@given(DOCUMENTS, KEYS, VALUES)
def test_what_was_added_is_there_and_can_be_removed(doc: dict[str, Any], key: str, value: Any) -> None:
    before = copy.deepcopy(doc)
    path = escape(key)
    added = apply_operations(doc, [{"op": "add", "path": path, "value": value}, {"op": "test", "path": path, "value": value}])
    assert added == {**doc, key: value}
    without = {name: inner for name, inner in doc.items() if name != key}
    assert apply_operations(added, [{"op": "remove", "path": path}]) == without
    assert doc == before


@given(DOCUMENTS, KEYS, KEYS, VALUES)
def test_to_move_is_to_copy_and_remove(doc: dict[str, Any], key: str, other: str, value: Any) -> None:
    doc, source, target = {**doc, key: value}, escape(key), escape(other)
    moved = apply_operations(doc, [{"op": "move", "from": source, "path": target}])
    if key != other:
        copied = [{"op": "copy", "from": source, "path": target}, {"op": "remove", "path": source}]
        assert moved == apply_operations(doc, copied)
    assert moved[other] == value
