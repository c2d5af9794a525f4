from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.patch.apply import apply
from minikube_py.apimachinery.patch.compare import fields_of
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo, update_managed_fields
from minikube_py.apimachinery.schema import Schema

from .objects import CONFIG_MAP, DEPLOYMENT, PAIRS, POD, pod

T0, T1, T2 = (f"2026-11-21T06:00:0{second}Z" for second in range(3))


def tug(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "tug", "namespace": "default"}, "data": data}


def by(manager: str, time: str = T0, version: str = "v1") -> ManagerInfo:
    return ManagerInfo(manager, version, time)


def owners(obj: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(entry["manager"], entry["operation"], entry["fieldsV1"]) for entry in obj["metadata"]["managedFields"]]


def test_a_tug_of_war() -> None:
    """What tests/parity's apply-server-side-conflicts recorded of a real cluster."""
    obj = apply(None, tug(rope="left", flag="red", knot="tight"), CONFIG_MAP, by("alice"))
    with pytest.raises(errors.Conflict) as one:
        apply(obj, tug(rope="right"), CONFIG_MAP, by("bob", T1))
    assert one.value.message == 'Apply failed with 1 conflict: conflict with "alice": .data.rope'
    cause = {"reason": "FieldManagerConflict", "message": 'conflict with "alice"', "field": ".data.rope"}
    assert one.value.details == {"causes": [cause]}
    with pytest.raises(errors.Conflict) as two:
        apply(obj, tug(rope="right", flag="blue"), CONFIG_MAP, by("bob", T1))
    assert two.value.message == 'Apply failed with 2 conflicts: conflicts with "alice":\n- .data.flag\n- .data.rope'
    obj = apply(obj, tug(rope="right"), CONFIG_MAP, by("bob", T1), force=True)
    assert obj["data"] == {"flag": "red", "knot": "tight", "rope": "right"}
    obj = apply(obj, tug(rope="right"), CONFIG_MAP, by("carol", T2))
    rope: dict[str, Any] = {"f:data": {"f:rope": {}}}
    alice: dict[str, Any] = {"f:data": {"f:flag": {}, "f:knot": {}}}
    assert owners(obj) == [("carol", "Apply", rope), ("alice", "Apply", alice), ("bob", "Apply", rope)]
    obj = apply(obj, tug(flag="red"), CONFIG_MAP, by("alice", T2))
    assert obj["data"] == {"flag": "red", "rope": "right"}


def web(**container: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", **container}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def updated(old: dict[str, Any] | None, new: dict[str, Any], schema: Schema, info: ManagerInfo) -> dict[str, Any]:
    return {**new, "metadata": {**new["metadata"], "managedFields": update_managed_fields(old, new, schema, info)}}


def test_conflicts_with_updaters_name_version_and_subresource() -> None:
    live = updated(None, web(image="nginx"), DEPLOYMENT, by("kubectl-create", version="apps/v1"))
    scaled = {**live, "spec": {**live["spec"], "replicas": 3}}
    live = updated(live, scaled, DEPLOYMENT, ManagerInfo("kubectl", "apps/v1", T1, subresource="scale"))
    with pytest.raises(errors.Conflict) as caught:
        apply(live, web(image="nginx:1.27"), DEPLOYMENT, by("kubectl", T2, "apps/v1"))
    assert caught.value.message == (
        'Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:\n- .spec.replicas\n'
        'conflicts with "kubectl-create" using apps/v1:\n- .spec.template.spec.containers[name="nginx"].image'
    )
    forced = apply(live, web(image="nginx:1.27"), DEPLOYMENT, by("kubectl", T2, "apps/v1"), force=True)
    assert forced["spec"] == web(image="nginx:1.27")["spec"]
    assert [(manager, operation) for manager, operation, _ in owners(forced)] == [
        ("kubectl", "Apply"),
        ("kubectl-create", "Update"),
    ]


def test_what_others_set_beside_stays() -> None:
    obj = apply(None, web(image="a", env=[{"name": "A", "value": "1"}]), DEPLOYMENT, by("me", version="apps/v1"))
    containers = [{"name": "nginx", "image": "a", "env": [{"name": "A", "value": "1"}], "resources": {}}, {"name": "sidecar"}]
    injected = copy.deepcopy(obj)
    injected["spec"]["template"]["spec"]["containers"] = containers
    obj = updated(obj, injected, DEPLOYMENT, by("injector", T1, "apps/v1"))
    obj = apply(obj, web(image="a"), DEPLOYMENT, by("me", T2, "apps/v1"))
    assert obj["spec"]["template"]["spec"]["containers"] == [
        {"name": "nginx", "image": "a", "resources": {}},
        {"name": "sidecar"},
    ]


def test_an_item_no_longer_applied_goes_with_what_it_holds() -> None:
    obj = apply(None, pod({"name": "a", "image": "x"}, {"name": "b", "image": "x"}), POD, by("me"))
    obj["spec"]["containers"][1]["imagePullPolicy"] = "Always"  # a default, owned by nobody
    assert apply(obj, pod({"name": "a", "image": "x"}), POD, by("me", T1))["spec"]["containers"] == [
        {"name": "a", "image": "x"}
    ]


def test_the_last_label_takes_the_map_with_it() -> None:
    config = pod({"name": "a", "image": "x"})
    labelled = {**config, "metadata": {"name": "web", "labels": {"a": "b"}}}
    obj = apply(apply(None, labelled, POD, by("me")), config, POD, by("me", T1))
    assert obj["metadata"].keys() == {"name", "managedFields"}


@pytest.mark.parametrize(
    ("live", "config", "expected"),
    [
        (["a", "b", "c"], ["c", "a"], "bca"),
        (["a", "x"], ["b", "a"], "bax"),
        (["x", "a"], ["a", "b"], "xab"),
        (["a", "b", "x"], ["b", "a", "c"], "bxac"),
        (["x"], ["a", "b"], "xab"),
        ([], ["b", "a"], "ba"),
    ],
    ids=str,
)
def test_items_keep_the_configurations_order_and_those_of_others_their_place(
    live: list[str], config: list[str], expected: str
) -> None:
    obj = updated(None, pod(*({"name": name, "image": "x"} for name in live)), POD, by("other"))
    obj = apply(obj, pod(*({"name": name, "image": "x"} for name in config)), POD, by("me", T1))
    assert "".join(container["name"] for container in obj["spec"]["containers"]) == expected


def test_an_object_nobody_tracked_belongs_to_before_first_apply() -> None:
    obj = apply({**tug(a="1"), "metadata": {"name": "tug", "uid": "u"}}, tug(b="2"), CONFIG_MAP, by("me", T1))
    assert owners(obj) == [
        ("me", "Apply", {"f:data": {"f:b": {}}}),
        ("before-first-apply", "Update", {"f:data": {".": {}, "f:a": {}}}),
    ]
    assert obj["metadata"]["uid"] == "u"


def test_applying_the_same_again_keeps_the_time() -> None:
    obj = apply(None, tug(a="1"), CONFIG_MAP, by("me", T0))
    assert apply(obj, tug(a="1"), CONFIG_MAP, by("me", T1)) == obj


def test_an_applied_status_is_not_owned() -> None:
    obj = apply(None, {**pod({"name": "a"}), "status": {"phase": "Running"}}, POD, by("me"))
    assert [list(fields) for _, _, fields in owners(obj)] == [["f:spec"]]


def test_custom_resources_merge_without_a_schema() -> None:
    first = {"apiVersion": "e/v1", "kind": "Cron", "metadata": {"name": "c"}, "spec": {"a": 1, "l": [1], "m": {"x": 1}}}
    obj = apply(None, first, None, by("one", version="e/v1"))
    second = {**first, "spec": {"b": 2, "m": {"y": 2}}}
    obj = apply(obj, second, None, by("two", T1, "e/v1"))
    assert obj["spec"] == {"a": 1, "b": 2, "l": [1], "m": {"x": 1, "y": 2}}
    obj = apply(obj, {**first, "spec": {"a": 1}}, None, by("one", T2, "e/v1"))
    assert obj["spec"] == {"a": 1, "b": 2, "m": {"y": 2}}


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        pytest.param(
            {**tug(), "apiVersion": "v2"},
            errors.BadRequest,
            "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1",
            id="version",
        ),
        pytest.param(
            {**tug(), "metadata": {"name": "tug", "managedFields": []}},
            errors.BadRequest,
            "metadata.managedFields must be nil",
            id="managed-fields",
        ),
        pytest.param(
            pod({"name": "a"}, {"name": "a"}),
            errors.StatusError,
            'failed to create typed patch object (/web; /v1, Kind=Pod): .spec.containers: duplicate entries for key [name="a"]',
            id="duplicates",
        ),
        pytest.param(
            pod({"name": "a", "imag": "x"}, bogus=1),
            errors.StatusError,
            "failed to create typed patch object (/web; /v1, Kind=Pod): errors:\n"
            '  .spec.containers[name="a"].imag: field not declared in schema\n  .spec.bogus: field not declared in schema',
            id="unknown-fields",
        ),
    ],
)
def test_configurations_that_cannot_be_applied(config: dict[str, Any], error: type[errors.StatusError], message: str) -> None:
    with pytest.raises(error) as caught:
        apply(None, config, POD if config["kind"] == "Pod" else CONFIG_MAP, by("me"))
    assert caught.value.message == message


def without_empty(value: Any) -> Any:
    """Drop empty lists and maps, which an applier cannot hold on to once they had items."""
    if isinstance(value, dict):
        return {key: kept for key, inner in value.items() if (kept := without_empty(inner)) not in ({}, [])}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_a_sole_applier_gets_what_it_applies(pair: tuple[Schema, dict[str, Any], dict[str, Any]]) -> None:
    schema = pair[0]
    first, second = ({**without_empty(obj), "apiVersion": "v1"} for obj in pair[1:])
    before = copy.deepcopy((first, second))
    obj = apply(apply(None, first, schema, by("me")), second, schema, by("me", T1))
    assert (first, second) == before
    entries = obj["metadata"].pop("managedFields", [])
    assert obj == second
    assert [entry["fieldsV1"] for entry in entries] == [fields for fields in [fields_of(second, schema)] if fields]
