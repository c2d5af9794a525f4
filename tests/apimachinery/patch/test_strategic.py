from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from minikube_py.apimachinery.patch.errors import BadPatchFormat, PatchConflict, PatchError, to_status_error
from minikube_py.apimachinery.patch.strategic import (
    apply_strategic_merge_patch,
    create_three_way_merge_patch,
    create_two_way_merge_patch,
)
from minikube_py.apimachinery.schema import Schema

from .objects import DEPLOYMENT, PAIRS, POD, TRIPLES, pod

A, B, C = ({"name": name, "image": name} for name in "abc")


def spec_after(obj: dict[str, Any], spec: dict[str, Any]) -> Any:
    return apply_strategic_merge_patch(obj, {"spec": spec}, POD)["spec"]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param({"containers": [{"name": "b", "image": "new"}]}, [A, {"name": "b", "image": "new"}], id="merge-by-key"),
        pytest.param({"containers": [C]}, [C, A, B], id="new-items-come-first"),
        pytest.param({"containers": [{"name": "a", "$patch": "delete"}]}, [B], id="delete-item"),
        pytest.param({"containers": [C, {"$patch": "replace"}]}, [C], id="replace-list"),
        pytest.param({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}, [B, A], id="order-alone"),
        pytest.param(
            {"$setElementOrder/containers": [{"name": "a"}, {"name": "c"}, {"name": "b"}], "containers": [C]},
            [A, C, B],
            id="order-with-a-new-item",
        ),
        pytest.param(
            {"$setElementOrder/containers": [{"name": "b"}], "containers": [{"$patch": "delete", "name": "a"}]},
            [B],
            id="order-with-a-deletion",
        ),
        pytest.param({"$setElementOrder/containers": [{"name": "b"}]}, [A, B], id="items-of-the-server-keep-their-place"),
    ],
)
def test_containers_merge(patch: dict[str, Any], expected: list[Any]) -> None:
    assert spec_after(pod(A, B), patch)["containers"] == expected


def test_directives_on_maps() -> None:
    obj = pod(A, nodeSelector={"disk": "ssd", "zone": "x"}, securityContext={"runAsUser": 1})
    spec = spec_after(obj, {"nodeSelector": {"$patch": "replace", "a": "b"}, "securityContext": {"$patch": "delete"}})
    assert spec["nodeSelector"] == {"a": "b"}
    assert spec["securityContext"] == {}


def test_null_removes_and_is_dropped_from_new_values() -> None:
    spec = spec_after(pod(A, hostNetwork=True), {"hostNetwork": None, "securityContext": {"runAsUser": None, "fsGroup": 2}})
    assert spec == {"containers": [A], "securityContext": {"fsGroup": 2}}


def test_atomic_lists_are_replaced() -> None:
    spec = spec_after(pod(A, tolerations=[{"key": "a"}]), {"tolerations": [{"key": "b"}]})
    assert spec["tolerations"] == [{"key": "b"}]


def test_retain_keys_clears_the_volume_source() -> None:
    obj = pod(A, volumes=[{"name": "v", "emptyDir": {}}])
    patch = {"volumes": [{"name": "v", "$retainKeys": ["configMap", "name"], "configMap": {"name": "c"}}]}
    assert spec_after(obj, patch)["volumes"] == [{"name": "v", "configMap": {"name": "c"}}]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param({"finalizers": ["c"]}, ["c", "a", "b"], id="added"),
        pytest.param({"$deleteFromPrimitiveList/finalizers": ["a"]}, ["b"], id="deleted"),
        pytest.param({"$setElementOrder/finalizers": ["b", "a"]}, ["b", "a"], id="ordered"),
        pytest.param({"finalizers": None}, None, id="null"),
        pytest.param(
            {"$setElementOrder/finalizers": ["b", "c"], "$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]},
            ["b", "c"],
            id="all-three",
        ),
    ],
)
def test_primitive_lists_merge(patch: dict[str, Any], expected: Any) -> None:
    obj = {"metadata": {"name": "web", "finalizers": ["a", "b"]}}
    assert apply_strategic_merge_patch(obj, {"metadata": patch}, POD)["metadata"].get("finalizers") == expected


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param({"$patch": "shuffle"}, "unknown patch type: shuffle in map: map[$patch:shuffle]", id="unknown-directive"),
        pytest.param(
            {"containers": [{"image": "x"}]}, "map: map[image:x] does not contain declared merge key: name", id="no-merge-key"
        ),
        pytest.param(
            {"$setElementOrder/containers": {}},
            "expected a []interface {}, but received a map[string]interface {}",
            id="order-type",
        ),
        pytest.param(
            {"containers": [{"name": "a", "$patch": "merge"}]},
            "merging lists cannot yet be specified in the patch",
            id="merge-item",
        ),
    ],
)
def test_senseless_patches_are_refused(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(PatchError) as caught:
        spec_after(pod(A), spec)
    assert str(caught.value) == message
    assert to_status_error(caught.value).to_status()["code"] == 500


def test_retain_keys_must_name_what_the_patch_sets() -> None:
    with pytest.raises(BadPatchFormat, match="invalid patch format of retainKeys") as caught:
        spec_after(pod(A), {"$retainKeys": ["containers"], "hostNetwork": True})
    assert to_status_error(caught.value).to_status()["code"] == 400


def test_an_order_that_the_list_contradicts_is_refused() -> None:
    patch = {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [A, B]}
    with pytest.raises(PatchError, match="The order in patch list"):
        spec_after(pod(A, B), patch)


@pytest.mark.parametrize(
    ("original", "modified", "expected"),
    [
        pytest.param(pod(A), pod(A), {}, id="nothing"),
        pytest.param(
            pod(A, B),
            pod({"name": "a", "image": "new"}, B),
            {"containers": [{"name": "a", "image": "new"}], "$setElementOrder/containers": [{"name": "a"}, {"name": "b"}]},
            id="image",
        ),
        pytest.param(
            pod(A, B),
            pod(B),
            {"containers": [{"name": "a", "$patch": "delete"}], "$setElementOrder/containers": [{"name": "b"}]},
            id="container-gone",
        ),
        pytest.param(pod(A, B), pod(B, A), {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}, id="order"),
        pytest.param(
            pod(A, volumes=[{"name": "v", "emptyDir": {}}]),
            pod(A, volumes=[{"name": "v", "hostPath": {"path": "/"}}]),
            {
                "volumes": [{"name": "v", "emptyDir": None, "hostPath": {"path": "/"}, "$retainKeys": ["hostPath", "name"]}],
                "$setElementOrder/volumes": [{"name": "v"}],
            },
            id="volume-source",
        ),
        pytest.param(pod(A, hostNetwork=True), pod(A), {"hostNetwork": None}, id="field-gone"),
    ],
)
def test_two_way(original: dict[str, Any], modified: dict[str, Any], expected: dict[str, Any]) -> None:
    assert create_two_way_merge_patch(original, modified, POD) == ({"spec": expected} if expected else {})


def test_a_changed_field_unknown_to_the_schema_is_refused() -> None:
    with pytest.raises(PatchError) as caught:
        create_two_way_merge_patch(pod(A, bogus={"a": 1}), pod(A, bogus={"a": 2}), POD)
    assert str(caught.value) == 'unable to find api field in struct PodSpec for the json field "bogus"'


@given(PAIRS)
@settings(max_examples=150, deadline=None)
def test_a_two_way_patch_gives_the_modified_object(pair: tuple[Schema, dict[str, Any], dict[str, Any]]) -> None:
    schema, original, modified = pair
    before = copy.deepcopy((original, modified))
    patch = create_two_way_merge_patch(original, modified, schema)
    assert apply_strategic_merge_patch(original, patch, schema) == modified
    assert (original, modified) == before


@given(TRIPLES)
@settings(max_examples=100, deadline=None)
def test_applying_twice_changes_nothing_more(triple: tuple[Schema, dict[str, Any], dict[str, Any], dict[str, Any]]) -> None:
    schema, original, modified, current = triple
    patched = apply_strategic_merge_patch(current, create_three_way_merge_patch(original, modified, current, schema), schema)
    again = create_three_way_merge_patch(modified, modified, patched, schema)
    assert apply_strategic_merge_patch(patched, again, schema) == patched


def deployment(replicas: int | None, *env: str, **metadata: Any) -> dict[str, Any]:
    container = {"name": "c", "env": [{"name": name, "value": name} for name in env]}
    spec: dict[str, Any] = {"template": {"spec": {"containers": [container]}}}
    return {"metadata": {"name": "web", **metadata}, "spec": spec if replicas is None else {"replicas": replicas, **spec}}


@pytest.mark.parametrize(
    ("original", "modified", "current", "expected"),
    [
        pytest.param(deployment(1), deployment(1), deployment(1), {}, id="nothing"),
        pytest.param(deployment(3), deployment(3), deployment(1), {"spec": {"replicas": 3}}, id="drift-is-undone"),
        pytest.param(deployment(3), deployment(None), deployment(3), {"spec": {"replicas": None}}, id="dropped"),
        pytest.param(deployment(None), deployment(None), deployment(3), {}, id="set-by-others-stays"),
        pytest.param(
            deployment(1, "A", "B"),
            deployment(1, "B"),
            deployment(1, "A", "B", "Z"),
            {
                "spec": {
                    "template": {
                        "spec": {
                            "$setElementOrder/containers": [{"name": "c"}],
                            "containers": [
                                {
                                    "name": "c",
                                    "$setElementOrder/env": [{"name": "B"}],
                                    "env": [{"name": "A", "$patch": "delete"}],
                                }
                            ],
                        }
                    }
                }
            },
            id="env-dropped",
        ),
        pytest.param(
            deployment(1, finalizers=["a", "b"]),
            deployment(1, finalizers=["b", "c"]),
            deployment(1, finalizers=["a", "b", "z"]),
            {
                "metadata": {
                    "finalizers": ["c"],
                    "$deleteFromPrimitiveList/finalizers": ["a"],
                    "$setElementOrder/finalizers": ["b", "c"],
                }
            },
            id="finalizers",
        ),
    ],
)
def test_three_way(original: dict[str, Any], modified: dict[str, Any], current: dict[str, Any], expected: Any) -> None:
    assert create_three_way_merge_patch(original, modified, current, DEPLOYMENT) == expected


def test_without_overwrite_a_change_by_others_is_a_conflict() -> None:
    with pytest.raises(PatchConflict) as caught:
        create_three_way_merge_patch(deployment(1), deployment(2), deployment(3), DEPLOYMENT, overwrite=False)
    assert (caught.value.patch, caught.value.changed) == ({"spec": {"replicas": 2}}, {"spec": {"replicas": 3}})


def test_without_overwrite_changes_of_different_fields_are_no_conflict() -> None:
    current = deployment(1, "A", labels={"a": "b"})
    patch = create_three_way_merge_patch(deployment(1, "A"), deployment(2, "A"), current, DEPLOYMENT, overwrite=False)
    assert patch == {"spec": {"replicas": 2}}
