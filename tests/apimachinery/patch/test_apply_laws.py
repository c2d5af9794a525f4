"""What holds of apply whatever is applied: on the client by three-way patches, on the server by owners of fields."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minikube_py.apimachinery.errors import Conflict
from minikube_py.apimachinery.patch.apply import apply
from minikube_py.apimachinery.patch.fieldset import paths
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo, update_managed_fields
from minikube_py.apimachinery.patch.merge import apply_merge_patch, create_merge_patch, create_three_way_merge_patch
from minikube_py.apimachinery.patch.strategic import apply_strategic_merge_patch
from minikube_py.apimachinery.patch.strategic import create_three_way_merge_patch as merge_strategically
from minikube_py.apimachinery.schema import Schema

from .objects import CONFIG_MAP, LABELS, PAIRS, POD, TRIPLES

Object = dict[str, Any]
T0, T1 = "2026-11-21T06:00:00Z", "2026-11-21T06:00:01Z"
KEYS = st.sampled_from(["a", "b", "c"])
TREES = st.recursive(
    st.integers(0, 3) | st.booleans() | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(KEYS, TREES, max_size=3)


def holds(obj: Any, wanted: Any) -> bool:
    """Tell whether every field of `wanted` is in `obj` with that value; of lists of objects, whether every item is."""
    if isinstance(wanted, dict):
        return isinstance(obj, dict) and all(key in obj and holds(obj[key], value) for key, value in wanted.items())
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict) and "key" not in wanted[0]:
        return isinstance(obj, list) and all(any(holds(item, one) for item in obj) for one in wanted)
    if isinstance(wanted, list) and isinstance(obj, list):
        return all(item in obj for item in wanted)
    return bool(obj == wanted)


@given(TRIPLES)
@settings(max_examples=100, deadline=None)
def test_after_a_three_way_patch_the_object_holds_what_was_applied(triple: tuple[Schema, Object, Object, Object]) -> None:
    schema, original, modified, current = triple
    patched = apply_strategic_merge_patch(current, merge_strategically(original, modified, current, schema), schema)
    assert holds(patched, modified)


@given(PAIRS, LABELS)
@settings(max_examples=80, deadline=None)
def test_fields_that_only_others_set_survive_it(pair: tuple[Schema, Object, Object], labels: dict[str, str]) -> None:
    schema, original, modified = pair
    theirs = {f"theirs-{key}": value for key, value in labels.items()}
    metadata = {**original["metadata"], "labels": {**original["metadata"].get("labels", {}), **theirs}}
    current = {**original, "metadata": metadata, "status": {"conditions": []}}
    patched = apply_strategic_merge_patch(current, merge_strategically(original, modified, current, schema), schema)
    if "labels" in original["metadata"] and "labels" not in modified["metadata"]:
        theirs = {}  # the map itself was applied, and is no longer
    assert holds(patched["metadata"].get("labels", {}), theirs)
    assert patched["status"] == {"conditions": []}


@given(OBJECTS, OBJECTS, OBJECTS)
def test_a_three_way_merge_patch_gives_what_was_applied_and_keeps_the_rest(
    original: Object, modified: Object, current: Object
) -> None:
    patched = apply_merge_patch(current, create_three_way_merge_patch(original, modified, current))
    assert holds(patched, modified)
    kept = {key: value for key, value in current.items() if key not in original and key not in modified}
    assert holds(patched, kept)
    assert not any(key in patched for key in original if key not in modified)
    assert create_three_way_merge_patch(modified, modified, patched) == {}


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_names_only_what_differs_and_may_be_repeated(original: Object, modified: Object) -> None:
    patch = create_merge_patch(original, modified)
    assert all(key not in original or key not in modified or repr(original[key]) != repr(modified[key]) for key in patch)
    once = apply_merge_patch(original, patch)
    assert apply_merge_patch(once, patch) == once


def without_empty(value: Any) -> Any:
    """Drop empty lists and maps, which an applier cannot hold on to once they had items."""
    if isinstance(value, dict):
        return {key: kept for key, inner in value.items() if (kept := without_empty(inner)) not in ({}, [])}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def of_version(obj: Object) -> Object:
    return {**without_empty(obj), "apiVersion": "v1"}


@given(PAIRS)
@settings(max_examples=80, deadline=None)
def test_applying_the_same_again_changes_nothing(pair: tuple[Schema, Object, Object]) -> None:
    schema, first, second = pair[0], of_version(pair[1]), of_version(pair[2])
    obj = apply(None, first, schema, ManagerInfo("one", "v1", T0))
    obj = apply(obj, second, schema, ManagerInfo("two", "v1", T0), force=True)
    again = apply(obj, second, schema, ManagerInfo("two", "v1", T1), force=True)
    assert again == obj


@given(PAIRS)
@settings(max_examples=80, deadline=None)
def test_a_forced_apply_owns_all_it_names_and_takes_what_differs(pair: tuple[Schema, Object, Object]) -> None:
    schema, first, second = pair[0], of_version(pair[1]), of_version(pair[2])
    mine = apply(None, second, schema, ManagerInfo("two", "v1", T0))
    obj = apply(None, first, schema, ManagerInfo("one", "v1", T0))
    obj = apply(obj, second, schema, ManagerInfo("two", "v1", T0), force=True)
    owned = {entry["manager"]: set(paths(entry["fieldsV1"])) for entry in obj["metadata"].get("managedFields", ())}
    applied = {path for entry in mine["metadata"].get("managedFields", ()) for path in paths(entry["fieldsV1"])}
    assert owned.get("two", set()) == applied
    lost = applied_paths(first, schema) - owned.get("one", set())
    assert lost or not has_conflict(obj, first, schema)


def applied_paths(config: Object, schema: Schema) -> set[tuple[str, ...]]:
    """Return the fields that the only applier of a configuration owns."""
    obj = apply(None, config, schema, ManagerInfo("one", "v1", T0))
    return {path for entry in obj["metadata"].get("managedFields", ()) for path in paths(entry["fieldsV1"])}


def has_conflict(obj: Object, config: Object, schema: Schema) -> bool:
    try:
        apply(obj, config, schema, ManagerInfo("one", "v1", T1))
    except Conflict:
        return True
    return False


@given(PAIRS)
@settings(max_examples=60, deadline=None)
def test_an_applier_that_gives_up_all_leaves_no_trace(pair: tuple[Schema, Object, Object]) -> None:
    schema, first, second = pair[0], of_version(pair[1]), of_version(pair[2])
    alone = apply(None, first, schema, ManagerInfo("one", "v1", T0))
    both = apply(alone, {**second, **first}, schema, ManagerInfo("two", "v1", T1), force=True)
    left = apply(both, {"apiVersion": "v1", "metadata": {"name": "web"}}, schema, ManagerInfo("two", "v1", T1))
    assert [entry["manager"] for entry in left["metadata"].get("managedFields", ())] in ([], ["one"])
    assert {key: value for key, value in left.items() if key != "metadata"} == {
        key: value for key, value in alone.items() if key != "metadata"
    }


@given(st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), LABELS), min_size=1, max_size=5))
def test_updaters_share_nothing(writes: list[tuple[str, dict[str, str]]]) -> None:
    obj: Object | None = None
    for manager, data in writes:
        new: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}
        entries = update_managed_fields(obj, new, CONFIG_MAP, ManagerInfo(manager, "v1", T0))
        obj = {**new, "metadata": {"name": "a", "managedFields": entries}}
        owned = [path for entry in entries for path in paths(entry["fieldsV1"])]
        assert len(owned) == len(set(owned))
        if data:
            assert {path[-1] for path in owned} - {"f:data"} == {f"f:{key}" for key in data}
            tracked = obj["metadata"]["managedFields"]
            obj = obj if tracked else None  # an object that nobody is tracked for stays so


def test_a_pods_items_are_held_by_their_keys() -> None:
    config = {"apiVersion": "v1", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    entries = apply(None, config, POD, ManagerInfo("one", "v1", T0))["metadata"]["managedFields"]
    assert set(paths(entries[0]["fieldsV1"])) == {
        ("f:spec", "f:containers", 'k:{"name":"c"}', *rest) for rest in ((), ("f:image",), ("f:name",))
    }
