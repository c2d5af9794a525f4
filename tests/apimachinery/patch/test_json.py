from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.patch.json import apply_json_patch

STORE = {"data": {"c": "3", "d": "4"}, "metadata": {"name": "store"}, "ports": [{"port": 80}]}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param([{"op": "add", "path": "/data/e", "value": "5"}], {"c": "3", "d": "4", "e": "5"}, id="add"),
        pytest.param([{"op": "remove", "path": "/data/c"}], {"d": "4"}, id="remove"),
        pytest.param([{"op": "replace", "path": "/data/c", "value": "x"}], {"c": "x", "d": "4"}, id="replace"),
        pytest.param(
            [{"op": "move", "from": "/data/d", "path": "/data/e"}, {"op": "copy", "from": "/data/e", "path": "/data/f"}],
            {"c": "3", "e": "4", "f": "4"},
            id="move-then-copy",
        ),
        pytest.param([{"op": "test", "path": "/data/c", "value": "3"}], {"c": "3", "d": "4"}, id="test-holds"),
        pytest.param([{"op": "add", "path": "/data/a~1b", "value": "v"}], {"c": "3", "d": "4", "a/b": "v"}, id="escaped-slash"),
    ],
)
def test_operations_apply_in_order(patch: list[Any], expected: dict[str, str]) -> None:
    assert apply_json_patch(STORE, patch)["data"] == expected


def test_the_argument_is_not_changed() -> None:
    before = {"data": {"a": "1"}}
    apply_json_patch(before, [{"op": "remove", "path": "/data/a"}])
    assert before == {"data": {"a": "1"}}


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param([{"op": "test", "path": "/data/d", "value": "5"}, {"op": "remove", "path": "/data/d"}], id="test-fails"),
        pytest.param([{"op": "remove", "path": "/data/zz"}], id="remove-missing"),
        pytest.param([{"op": "replace", "path": "/nowhere/x", "value": 1}], id="replace-missing"),
        pytest.param([{"op": "add", "path": "/metadata/annotations/example.com~1key", "value": "v"}], id="add-under-missing"),
        pytest.param([{"op": "shuffle", "path": "/data"}], id="unknown-operation"),
        pytest.param([{"op": "add", "path": "/ports/5", "value": {"port": 1}}], id="index-out-of-range"),
        pytest.param([{"op": "remove"}], id="no-path"),
        pytest.param([{"op": "remove", "path": "data"}], id="path-without-slash"),
        pytest.param([{"op": "add", "path": "/metadata/name/x", "value": 1}], id="under-a-string"),
        pytest.param([{"op": "copy", "from": "", "path": f"/x{n}"} for n in range(40)], id="copies-without-end"),
        pytest.param(
            [{"op": "copy", "from": "/data", "path": f"/data/{'x/' * n}x"} for n in range(40)], id="copies-into-themselves"
        ),
        pytest.param([{"op": "add", "path": "/data" + "/x" * n, "value": {}} for n in range(1, 1200)], id="deeper-and-deeper"),
        pytest.param(
            [{"op": "add", "path": "/data" + "/x" * n, "value": {}} for n in range(1, 1200)]
            + [{"op": "copy", "from": "/data", "path": "/y"}],
            id="a-copy-of-what-is-too-deep",
        ),
    ],
)
def test_what_cannot_be_applied_is_invalid(patch: list[Any]) -> None:
    with pytest.raises(errors.Invalid) as caught:
        apply_json_patch(STORE, patch)
    assert caught.value.message == "the server rejected our request due to an error in our request"
    assert caught.value.to_status()["details"] == {}


def test_a_patch_that_is_no_list_is_a_bad_request() -> None:
    with pytest.raises(errors.BadRequest) as caught:
        apply_json_patch(STORE, {"data": {}})
    text = "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
    assert caught.value.message == text


def test_too_many_operations_are_refused() -> None:
    with pytest.raises(errors.RequestEntityTooLarge) as caught:
        apply_json_patch({}, [{"op": "add", "path": "/a", "value": 1}] * 10_001)
    assert caught.value.message == "The allowed maximum operations in a JSON patch is 10000, got 10001"
