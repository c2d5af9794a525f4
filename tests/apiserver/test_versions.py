"""A second version of a kind: the same objects under another name, in every answer."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import APPLY_PATCH, MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
NEW = {
    "apiVersion": "events.k8s.io/v1",
    "kind": "Event",
    "metadata": {"name": "web.1", "namespace": "default"},
    "eventTime": "2026-11-21T08:00:00.000000Z",
    "reportingController": "example.com/watcher",
    "reportingInstance": "watcher-1",
    "action": "Looked",
    "reason": "Seen",
    "type": "Normal",
    "note": "all is well",
    "regarding": {"kind": "Pod", "name": "web", "namespace": "default"},
}


def ask(cluster: Cluster, verb: str, group: str = "events.k8s.io", name: str = "", **more: Any) -> Any:
    return cluster.server.handle(Request(verb, group, "v1", "events", "default", name, **more))


@pytest.fixture
def event(cluster: Cluster) -> Object:
    created: Object = ask(cluster, "create", body=NEW, params={"fieldManager": "me"}).object
    return created


def test_what_is_written_in_one_version_is_answered_in_it(event: Object) -> None:
    assert (event["apiVersion"], event["note"], event["regarding"]["name"]) == ("events.k8s.io/v1", "all is well", "web")
    assert "message" not in event


def test_the_object_is_the_other_versions_too(cluster: Cluster, event: Object) -> None:
    stored = ask(cluster, "get", group="", name="web.1").object
    assert (stored["apiVersion"], stored["message"], stored["involvedObject"]["name"]) == ("v1", "all is well", "web")
    assert stored["metadata"]["uid"] == event["metadata"]["uid"]


def test_lists_are_of_the_version_asked_for(cluster: Cluster, event: Object) -> None:
    answer = ask(cluster, "list").object
    assert (answer["kind"], answer["apiVersion"], answer["items"]) == ("EventList", "events.k8s.io/v1", [event])


def test_tables_show_the_stored_kinds_columns_and_the_objects_asked_for(cluster: Cluster, event: Object) -> None:
    table = ask(cluster, "list", table=True, params={"includeObject": "Object"}).object
    assert table["columnDefinitions"][0]["name"] == "Last Seen"
    assert table["rows"][0]["object"] == event


@pytest.mark.parametrize(("selector", "found"), [("regarding.name=web", 1), ("regarding.name=db", 0)])
def test_field_selectors_use_the_versions_own_names(cluster: Cluster, event: Object, selector: str, found: int) -> None:
    assert len(ask(cluster, "list", params={"fieldSelector": selector}).object["items"]) == found
    with pytest.raises(errors.BadRequest, match=r"field label not supported: involvedObject\.name"):
        ask(cluster, "list", params={"fieldSelector": "involvedObject.name=web"})


def test_fields_are_managed_in_the_version_they_were_written_in(event: Object) -> None:
    (entry,) = event["metadata"]["managedFields"]
    assert (entry["apiVersion"], "f:note" in entry["fieldsV1"]) == ("events.k8s.io/v1", True)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (MERGE_PATCH, {"metadata": {"labels": {"a": "b"}}}),
        (APPLY_PATCH, {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "web.1", "labels": {"a": "b"}}}),
    ],
    ids=["merge", "apply"],
)
def test_patches_are_of_the_version_asked_for(cluster: Cluster, event: Object, content_type: str, body: Object) -> None:
    params = {"fieldManager": "other"}
    patched = ask(cluster, "patch", name="web.1", body=body, content_type=content_type, params=params).object
    assert (patched["apiVersion"], patched["note"], patched["metadata"]["labels"]) == (
        "events.k8s.io/v1",
        "all is well",
        {"a": "b"},
    )
    assert ask(cluster, "get", group="", name="web.1").object["message"] == "all is well"


def test_a_field_of_the_other_version_is_unknown(cluster: Cluster) -> None:
    with pytest.raises(errors.BadRequest, match='strict decoding error: unknown field "message"'):
        ask(cluster, "create", body={**NEW, "message": "x"}, params={"fieldValidation": "Strict"})


def test_the_versions_own_rules_hold(cluster: Cluster) -> None:
    with pytest.raises(errors.Invalid) as refused:
        ask(cluster, "create", body={**NEW, "type": "Odd", "deprecatedCount": 2})
    assert [cause["field"] for cause in (refused.value.details or {})["causes"]] == ["type", "count"]


def test_a_watch_speaks_the_version_asked_for(cluster: Cluster, event: Object) -> None:
    opened = cluster.server.open_watch(Request("watch", "events.k8s.io", "v1", "events", "default"))
    assert [e.object for e in opened.poll()] == [event]


def test_a_body_of_the_other_version_is_refused(cluster: Cluster) -> None:
    why = r"the API version in the data \(v1\) does not match the expected API version \(events.k8s.io/v1\)"
    with pytest.raises(errors.BadRequest, match=why):
        ask(cluster, "create", body={**NEW, "apiVersion": "v1"})
