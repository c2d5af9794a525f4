"""Server-side apply of custom resources: lists and maps are owned as their definition says."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.patch.apply import apply
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo
from minikube_py.apis.apiextensions.custom_resource import make_schema

TEXT = {"type": "string"}
ITEM = {"type": "object", "properties": {"k": TEXT, "v": TEXT}}
LIST = {"type": "array", "items": ITEM}
SPEC = {
    "byKey": {**LIST, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
    "whole": LIST,
    "tags": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
    "map": {"type": "object", "additionalProperties": TEXT},
    "atom": {"type": "object", "additionalProperties": TEXT, "x-kubernetes-map-type": "atomic"},
    "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"n": {"type": "integer"}}},
}
FOO = make_schema({"type": "object", "properties": {"spec": {"type": "object", "properties": SPEC}}})


def foo(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "e.com/v1", "kind": "Foo", "metadata": {"name": "f", "namespace": "default"}, "spec": spec}


NOTHING = {key: value for key, value in foo().items() if key != "spec"}


def apply_by(manager: str, live: dict[str, Any] | None, config: dict[str, Any], force: bool = False) -> dict[str, Any]:
    return apply(live, config, FOO, ManagerInfo(manager, "e.com/v1", "2026-11-21T06:00:00Z"), force)


def owned_by(manager: str, obj: dict[str, Any]) -> Any:
    entries = [entry["fieldsV1"]["f:spec"] for entry in obj["metadata"].get("managedFields", ()) if entry["manager"] == manager]
    return entries[0] if entries else None


@pytest.mark.parametrize(
    ("one", "two", "merged", "fields"),
    [
        pytest.param(
            foo(byKey=[{"k": "a", "v": "1"}]),
            foo(byKey=[{"k": "b", "v": "2"}]),
            {"byKey": [{"k": "a", "v": "1"}, {"k": "b", "v": "2"}]},
            {"f:byKey": {'k:{"k":"b"}': {".": {}, "f:k": {}, "f:v": {}}}},
            id="items-by-key",
        ),
        pytest.param(foo(tags=["x"]), foo(tags=["y"]), {"tags": ["x", "y"]}, {"f:tags": {'v:"y"': {}}}, id="set"),
        pytest.param(
            foo(map={"a": "1"}), foo(map={"b": "2"}), {"map": {"a": "1", "b": "2"}}, {"f:map": {"f:b": {}}}, id="map-by-entry"
        ),
        pytest.param(
            foo(open={"x": {"a": 1}}),
            foo(open={"x": {"b": [1]}, "n": 1}),
            {"open": {"x": {"a": 1, "b": [1]}, "n": 1}},
            {"f:open": {"f:n": {}, "f:x": {".": {}, "f:b": {}}}},
            id="unknown-fields-by-what-they-are",
        ),
    ],
)
def test_two_appliers_share(one: dict[str, Any], two: dict[str, Any], merged: dict[str, Any], fields: dict[str, Any]) -> None:
    obj = apply_by("two", apply_by("one", None, one), two)
    assert obj["spec"] == merged
    assert owned_by("two", obj) == fields
    left = apply_by("two", obj, NOTHING)
    assert left["spec"] == one["spec"]
    assert owned_by("two", left) is None


@pytest.mark.parametrize(
    ("one", "two", "field"),
    [
        pytest.param(foo(whole=[{"k": "a"}]), foo(whole=[{"k": "b"}]), ".spec.whole", id="atomic-list"),
        pytest.param(foo(atom={"a": "1"}), foo(atom={"b": "1"}), ".spec.atom", id="atomic-map"),
        pytest.param(
            foo(byKey=[{"k": "a", "v": "1"}]), foo(byKey=[{"k": "a", "v": "2"}]), '.spec.byKey[k="a"].v', id="an-item's-field"
        ),
        pytest.param(foo(open={"x": [1]}), foo(open={"x": [2]}), ".spec.open.x", id="unknown-list"),
    ],
)
def test_two_appliers_disagree(one: dict[str, Any], two: dict[str, Any], field: str) -> None:
    live = apply_by("one", None, one)
    with pytest.raises(errors.Conflict) as caught:
        apply_by("two", live, two)
    assert caught.value.message == f'Apply failed with 1 conflict: conflict with "one": {field}'
    forced = apply_by("two", live, two, force=True)
    assert forced["spec"] == two["spec"]


def test_the_same_value_is_owned_by_both_and_goes_with_the_last() -> None:
    obj = apply_by("two", apply_by("one", None, foo(tags=["x"])), foo(tags=["x"]))
    assert owned_by("one", obj) == owned_by("two", obj) == {"f:tags": {'v:"x"': {}}}
    obj = apply_by("one", obj, NOTHING)
    assert obj["spec"] == {"tags": ["x"]}
    assert not apply_by("two", obj, NOTHING).get("spec")


def test_a_field_that_the_definition_does_not_have() -> None:
    with pytest.raises(errors.StatusError) as caught:
        apply_by("one", None, foo(bogus=1))
    text = "failed to create typed patch object (default/f; e.com/v1, Kind=Foo): .spec.bogus: field not declared in schema"
    assert caught.value.message == text


def test_an_empty_map_is_owned_itself() -> None:
    assert apply_by("one", None, foo())["metadata"]["managedFields"][0]["fieldsV1"] == {"f:spec": {}}
