from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikube_py.apimachinery.patch.compare import compare, fields_of
from minikube_py.apimachinery.patch.errors import PatchError
from minikube_py.apimachinery.patch.fieldset import (
    FieldSet,
    difference,
    format_path,
    from_fields_v1,
    intersection,
    paths,
    to_fields_v1,
    union,
)
from minikube_py.apimachinery.schema import Schema

from .objects import DEPLOYMENT, PAIRS, POD, pod

PATHS = st.lists(st.sampled_from(["f:a", "f:b", 'k:{"n":1}', 'v:"x"']), min_size=1, max_size=3).map(tuple)
PATH_SETS = st.frozensets(PATHS, max_size=8)


def set_of(members: frozenset[tuple[str, ...]]) -> FieldSet:
    """Build a set from its members one at a time, the slow and obvious way."""
    fields: FieldSet = {}
    for path in members:
        one: FieldSet = {}
        for element in reversed(path):
            one = {element: one}
        fields = union(fields, one)
    return fields


@given(PATH_SETS, PATH_SETS)
def test_the_algebra_is_that_of_sets_of_paths(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> None:
    one, other = set_of(left), set_of(right)
    assert frozenset(paths(one)) == left
    assert frozenset(paths(union(one, other))) == left | right
    assert frozenset(paths(difference(one, other))) == left - right
    assert frozenset(paths(intersection(one, other))) == left & right


@given(PATH_SETS)
def test_sets_are_written_sorted_and_read_back(members: frozenset[tuple[str, ...]]) -> None:
    fields = set_of(members)
    assert list(to_fields_v1(fields)) == list(fields)
    assert from_fields_v1(to_fields_v1(fields)) == fields


def test_items_sort_by_their_keys_values() -> None:
    ports: FieldSet = {f'k:{{"port":{port}}}': {} for port in (443, 80, 8080)}
    assert list(to_fields_v1({**ports, ".": {}})) == [".", 'k:{"port":80}', 'k:{"port":443}', 'k:{"port":8080}']


@pytest.mark.parametrize("raw", [[], {"bogus": {}}, {"f:a": 1}, {"k:{": {}}], ids=repr)
def test_what_is_no_set_is_refused(raw: Any) -> None:
    with pytest.raises(PatchError):
        from_fields_v1(raw)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("f:spec", "f:replicas"), ".spec.replicas"),
        (("f:spec", "f:containers", 'k:{"name":"nginx"}', "f:image"), '.spec.containers[name="nginx"].image'),
        (("f:ports", 'k:{"containerPort":80,"protocol":"TCP"}'), '.ports[containerPort=80,protocol="TCP"]'),
        (("f:metadata", "f:finalizers", 'v:"a/b"'), '.metadata.finalizers[="a/b"]'),
        (("f:l", "i:0"), ".l[0]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_paths_are_shown_as_conflicts_show_them(path: tuple[str, ...], text: str) -> None:
    assert format_path(path) == text


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        pytest.param(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "uid": "u"}}, {}, id="identity-is-not-tracked"
        ),
        pytest.param({"metadata": {"labels": {"a": "b"}}}, {"f:metadata": {"f:labels": {"f:a": {}}}}, id="map-entries"),
        pytest.param({"metadata": {"labels": {}}}, {"f:metadata": {"f:labels": {}}}, id="empty-map"),
        pytest.param(
            {"metadata": {"finalizers": ["b", "a"]}}, {"f:metadata": {"f:finalizers": {'v:"a"': {}, 'v:"b"': {}}}}, id="set"
        ),
        pytest.param({"spec": {"nodeSelector": {"a": "b"}}}, {"f:spec": {"f:nodeSelector": {}}}, id="atomic-map"),
        pytest.param({"spec": {"tolerations": [{"key": "a"}]}}, {"f:spec": {"f:tolerations": {}}}, id="atomic-list"),
        pytest.param(
            {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}},
            {
                "f:spec": {
                    "f:containers": {
                        'k:{"name":"c"}': {
                            ".": {},
                            "f:name": {},
                            "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}},
                        }
                    }
                }
            },
            id="keys-with-a-default",
        ),
    ],
)
def test_fields_an_applier_owns(obj: dict[str, Any], expected: FieldSet) -> None:
    assert fields_of(obj, POD) == expected


def test_without_a_schema_maps_are_granular_and_lists_are_not() -> None:
    obj = {"metadata": {"name": "x", "labels": {"a": "b"}}, "spec": {"size": 1, "items": [1], "inner": {"on": True}}}
    assert fields_of(obj, None) == {
        "f:metadata": {"f:labels": {"f:a": {}}},
        "f:spec": {".": {}, "f:inner": {".": {}, "f:on": {}}, "f:items": {}, "f:size": {}},
    }


A, B = {"name": "a", "image": "x"}, {"name": "b", "image": "x"}


def containers(**nodes: FieldSet) -> FieldSet:
    return {"f:spec": {"f:containers": {f'k:{{"name":"{name}"}}': node for name, node in nodes.items()}}}


WHOLE: FieldSet = {".": {}, "f:image": {}, "f:name": {}}


@pytest.mark.parametrize(
    ("old", "new", "changed", "removed"),
    [
        pytest.param(pod(A), pod(A), {}, {}, id="same"),
        pytest.param(pod(A), pod({**A, "image": "y"}), containers(a={"f:image": {}}), {}, id="field"),
        pytest.param(pod(A), pod(A, B), containers(b=WHOLE), {}, id="item-added"),
        pytest.param(pod(A, B), pod(A), {}, containers(b=WHOLE), id="item-removed"),
        pytest.param(pod(A, B), pod(B, A), {}, {}, id="order-of-items"),
        pytest.param(pod(A, nodeSelector={"a": "b"}), pod(A), {}, {"f:spec": {"f:nodeSelector": {}}}, id="atomic-removed"),
        pytest.param(pod(A), pod(A, securityContext={}), {"f:spec": {"f:securityContext": {}}}, {}, id="empty-struct"),
        pytest.param(pod(A), {**pod(A), "status": {}}, {}, {}, id="a-status-is-always-there"),
        pytest.param(pod(A), {**pod(A), "status": {"phase": "Running"}}, {"f:status": {"f:phase": {}}}, {}, id="status"),
        pytest.param(pod(A, A), pod(A), containers(a=WHOLE), containers(a={}), id="duplicates-gone"),
        pytest.param(pod(A), pod(A, A), containers(a={}), containers(a=WHOLE), id="duplicates-come"),
    ],
)
def test_what_differs(old: dict[str, Any], new: dict[str, Any], changed: FieldSet, removed: FieldSet) -> None:
    assert compare(old, new, POD) == (changed, removed)


def test_a_map_that_becomes_a_scalar_is_changed_and_its_entries_are_gone() -> None:
    changed, removed = compare({"spec": {"a": {"b": 1}}}, {"spec": {"a": 1}}, None)
    assert changed == {"f:spec": {"f:a": {}}}
    assert removed == {"f:spec": {"f:a": {".": {}, "f:b": {}}}}


def test_fields_that_go_always_writes_are_no_change() -> None:
    old = {"spec": {"template": {"metadata": {"creationTimestamp": None}}, "strategy": {}}}
    assert compare(old, {"spec": {"template": {}}}, DEPLOYMENT) == ({}, {})


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_comparing_back_swaps_what_came_and_what_went(pair: tuple[Schema, dict[str, Any], dict[str, Any]]) -> None:
    schema, old, new = pair
    there, back = compare(old, new, schema), compare(new, old, schema)
    assert difference(there.changed, back.changed) == difference(back.removed, back.changed)
    assert difference(there.removed, there.changed) == difference(back.changed, there.changed)
    assert difference(there.changed, union(fields_of(new, schema), compare({}, new, schema).changed)) == {}
