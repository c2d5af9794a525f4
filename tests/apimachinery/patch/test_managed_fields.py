from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from minikube_py.apimachinery.patch.compare import fields_of
from minikube_py.apimachinery.patch.fieldset import intersection, paths, union
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo, update_managed_fields
from minikube_py.apimachinery.schema import Schema

from .objects import CONFIG_MAP, DEPLOYMENT, PAIRS, POD, SERVICE

T0, T1, T2 = (f"2026-11-21T06:00:0{second}Z" for second in range(3))


def config_map(data: dict[str, str], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "uid": "u", **metadata}, "data": data}


def with_entries(obj: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "managedFields": entries}}


def created(obj: dict[str, Any], schema: Schema, manager: str = "kubectl-create", version: str = "v1") -> dict[str, Any]:
    return with_entries(obj, update_managed_fields(None, obj, schema, ManagerInfo(manager, version, T0)))


def owners(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["manager"]: entry["fieldsV1"] for entry in entries}


def test_creating_a_config_map_owns_its_data_and_metadata() -> None:
    obj = config_map({"b": "2", "a": "1"}, labels={"app": "x"}, creationTimestamp=T0, resourceVersion="5")
    (entry,) = update_managed_fields(None, obj, CONFIG_MAP, ManagerInfo("kubectl-create", "v1", T0))
    assert entry == {
        "manager": "kubectl-create",
        "operation": "Update",
        "apiVersion": "v1",
        "time": T0,
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {".": {}, "f:a": {}, "f:b": {}}, "f:metadata": {"f:labels": {".": {}, "f:app": {}}}},
    }
    assert list(entry) == ["manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1"]
    assert list(entry["fieldsV1"]["f:data"]) == [".", "f:a", "f:b"]


def test_creating_a_service_owns_what_a_real_cluster_says() -> None:
    ports = [
        {"name": "web", "port": 80, "protocol": "TCP", "targetPort": 80},
        {"name": "tls", "port": 443, "protocol": "TCP", "targetPort": 443},
    ]
    spec = {
        "internalTrafficPolicy": "Cluster",
        "ports": ports,
        "selector": {"a": "b"},
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    obj = {"metadata": {"name": "s", "labels": {"t": "1"}}, "spec": spec, "status": {"loadBalancer": {}}}
    port: dict[str, Any] = {".": {}, "f:name": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {}}
    (entry,) = update_managed_fields(None, obj, SERVICE, ManagerInfo("kubectl-create", "v1", T0))
    assert entry["fieldsV1"] == {
        "f:metadata": {"f:labels": {".": {}, "f:t": {}}},
        "f:spec": {
            "f:internalTrafficPolicy": {},
            "f:ports": {".": {}, 'k:{"port":80,"protocol":"TCP"}': port, 'k:{"port":443,"protocol":"TCP"}': port},
            "f:selector": {},
            "f:sessionAffinity": {},
            "f:type": {},
        },
    }


def test_structs_that_are_always_there_are_not_owned_themselves() -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i", "resources": {}}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "strategy": {"rollingUpdate": {"maxSurge": 1}}, "template": template}
    (entry,) = update_managed_fields(None, {"metadata": {}, "spec": spec}, DEPLOYMENT, ManagerInfo("m", "apps/v1", T0))
    assert entry["fieldsV1"] == {
        "f:spec": {
            "f:selector": {},
            "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}}},
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
                "f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}, "f:resources": {}}}},
            },
        }
    }


def test_a_changed_field_moves_to_the_writer() -> None:
    old = created(config_map({"a": "1", "b": "2"}), CONFIG_MAP)
    new = {**old, "data": {"a": "9", "b": "2"}}
    entries = update_managed_fields(old, new, CONFIG_MAP, ManagerInfo("kubectl-edit", "v1", T1))
    assert owners(entries) == {"kubectl-create": {"f:data": {".": {}, "f:b": {}}}, "kubectl-edit": {"f:data": {"f:a": {}}}}
    assert [entry["time"] for entry in entries] == [T0, T1]


def test_a_removed_field_is_nobodys_and_an_empty_entry_goes() -> None:
    old = created(config_map({"a": "1"}), CONFIG_MAP)
    new = {key: value for key, value in old.items() if key != "data"}
    assert update_managed_fields(old, new, CONFIG_MAP, ManagerInfo("other", "v1", T1)) == []


def test_writing_the_same_again_changes_nothing() -> None:
    old = created(config_map({"a": "1"}), CONFIG_MAP)
    new = with_entries(copy.deepcopy(old), [])
    del new["metadata"]["managedFields"]
    entries = update_managed_fields(old, new, CONFIG_MAP, ManagerInfo("other", "v1", T1))
    assert entries == old["metadata"]["managedFields"]


def test_removing_alone_does_not_move_the_time() -> None:
    old = created(config_map({"a": "1", "b": "2"}), CONFIG_MAP)
    (entry,) = update_managed_fields(old, {**old, "data": {"a": "1"}}, CONFIG_MAP, ManagerInfo("kubectl-create", "v1", T1))
    assert (entry["time"], entry["fieldsV1"]) == (T0, {"f:data": {".": {}, "f:a": {}}})


def test_the_same_manager_in_a_subresource_is_another() -> None:
    pod = {"metadata": {"uid": "u"}, "spec": {"containers": [{"name": "c"}]}, "status": {}}
    old = created(pod, POD, "kubelet")
    new = {**old, "status": {"phase": "Running"}, "spec": {"containers": []}}
    entries = update_managed_fields(old, new, POD, ManagerInfo("kubelet", "v1", T1, subresource="status"))
    assert entries[0] == old["metadata"]["managedFields"][0]
    assert (entries[1]["subresource"], entries[1]["fieldsV1"]) == ("status", {"f:status": {"f:phase": {}}})


@pytest.mark.parametrize(
    ("reset_fields", "expected"),
    [pytest.param(None, [], id="with-subresource"), pytest.param((), [{"f:status": {"f:phase": {}}}], id="without")],
)
def test_a_status_written_with_the_object(reset_fields: tuple[str, ...] | None, expected: list[Any]) -> None:
    info = ManagerInfo("m", "v1", T0, reset_fields=reset_fields)
    entries = update_managed_fields(None, {"metadata": {}, "status": {"phase": "Pending"}}, POD, info)
    assert [entry["fieldsV1"] for entry in entries] == expected


@pytest.mark.parametrize("sent", [[], [{}]], ids=["empty", "one-empty-entry"])
def test_an_empty_list_in_the_request_resets_tracking(sent: list[Any]) -> None:
    old = created(config_map({"a": "1"}), CONFIG_MAP)
    new = with_entries({**old, "data": {"a": "2"}}, sent)
    assert update_managed_fields(old, new, CONFIG_MAP, ManagerInfo("m", "v1", T1)) == []


def test_entries_in_the_request_count_unless_they_are_nonsense() -> None:
    old = created(config_map({"a": "1"}), CONFIG_MAP)
    renamed = [{**old["metadata"]["managedFields"][0], "manager": "renamed"}]
    info = ManagerInfo("m", "v1", T1)
    assert list(owners(update_managed_fields(old, with_entries(old, renamed), CONFIG_MAP, info))) == ["renamed"]
    nonsense = with_entries(old, [{"manager": "x", "operation": "Shuffle"}])
    assert list(owners(update_managed_fields(old, nonsense, CONFIG_MAP, info))) == ["kubectl-create"]


def test_more_than_ten_updaters_are_merged() -> None:
    obj = created(config_map({"k": "v"}), CONFIG_MAP, "m00")
    for index in range(1, 13):
        new = {**obj, "data": {**obj["data"], f"k{index}": "v"}}
        time = f"2026-11-21T06:01:{index:02}Z"
        obj = with_entries(new, update_managed_fields(obj, new, CONFIG_MAP, ManagerInfo(f"m{index:02}", "v1", time)))
    entries = obj["metadata"]["managedFields"]
    assert [entry["manager"] for entry in entries] == ["ancient-changes", *(f"m{index:02}" for index in range(4, 13))]
    assert entries[0]["time"] == "2026-11-21T06:01:03Z"
    assert entries[0]["fieldsV1"] == {"f:data": {".": {}, "f:k": {}, "f:k1": {}, "f:k2": {}, "f:k3": {}}}


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_after_an_update_every_field_has_one_owner(pair: tuple[Schema, dict[str, Any], dict[str, Any]]) -> None:
    schema, first, second = pair
    old = created(first, schema, "one")
    new = with_entries(second, old["metadata"].get("managedFields", []))
    before = copy.deepcopy((old, new))
    sets = owners(update_managed_fields(old, new, schema, ManagerInfo("two", "v1", T1)))
    assert (old, new) == before
    if not old["metadata"]["managedFields"]:
        return
    one, two = sets.get("one", {}), sets.get("two", {})
    assert intersection(one, two) == {}
    assert set(paths(fields_of(second, schema))) <= set(paths(union(one, two)))
