"""Watches over https: what each is told, in which form, and when it ends."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from minikube_py.apiserver.serving import hub
from tests.apiserver.serving.conftest import MAPS, Api, Object

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


def take(events: Any, number: int) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"]["name"]) for event in islice(events, number)]


def patch(api: Api, name: str, change: Object) -> None:
    answer = api.ask("PATCH", f"{MAPS}/{name}", change, Content_Type="application/merge-patch+json")
    assert answer.status == 200, answer.read()
    answer.read()


def test_from_nowhere_come_the_present_and_then_the_changes(api: Api) -> None:
    api.create_map("old")
    events = api.watch("fieldSelector=metadata.name!=kube-root-ca.crt")
    assert take(events, 1) == [("ADDED", "old")]
    api.create_map("new")
    patch(api, "new", {"data": {"a": "2"}})
    api.read("DELETE", f"{MAPS}/old")
    assert take(events, 3) == [("ADDED", "new"), ("MODIFIED", "new"), ("DELETED", "old")]


def test_from_a_revision_come_the_changes_after_it(api: Api) -> None:
    first = api.create_map("a")["metadata"]["resourceVersion"]
    api.create_map("b")
    events = api.watch(f"resourceVersion={first}")
    assert take(events, 1) == [("ADDED", "b")]
    api.create_map("c")
    assert take(events, 1) == [("ADDED", "c")]


GROUP = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"


def define(api: Api, **schema: Any) -> None:
    """Define widgets, and one of them."""
    versions = [
        {"name": name, "served": True, "storage": name == "v1", "schema": {"openAPIV3Schema": {"type": "object", **schema}}}
        for name in ("v1", "v2")
    ]
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": versions}
    assert api.read("POST", GROUP, {"metadata": {"name": "widgets.example.com"}, "spec": spec})[0] == 201
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
    assert api.read("POST", WIDGETS, body)[0] == 201


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/spec/versions/1/served", "value": False},
        {"path": "/spec/versions/0/schema/openAPIV3Schema/description", "value": "another"},
    ],
    ids=["a version is not served any more", "another schema"],
)
def test_a_watch_ends_with_what_its_definition_says(api: Api, change: Object) -> None:
    define(api)
    start = api.create_map("a")["metadata"]["resourceVersion"]
    maps, events = api.watch(f"resourceVersion={start}"), api.watch("resourceVersion=0", WIDGETS.replace("v1", "v2"))
    assert take(events, 1) == [("ADDED", "w")]
    patch_type = "application/json-patch+json"
    path = f"{GROUP}/widgets.example.com"
    assert api.read("PATCH", path, [{"op": "add", **change}], Content_Type=patch_type)[0] == 200
    assert list(events) == []
    api.create_map("b")
    assert take(maps, 1) == [("ADDED", "b")]


def test_a_status_of_a_definition_ends_no_watch(api: Api) -> None:
    define(api)
    events = api.watch("resourceVersion=0", WIDGETS)
    status = {"status": {"conditions": [{"type": "Established", "status": "True", "reason": "r", "message": "m"}]}}
    path = f"{GROUP}/widgets.example.com/status"
    assert api.read("PATCH", path, status, Content_Type="application/merge-patch+json")[0] == 200
    api.read("DELETE", f"{WIDGETS}/w")
    assert take(events, 2) == [("ADDED", "w"), ("DELETED", "w")]


def test_a_watch_ends_with_its_definition(api: Api) -> None:
    define(api)
    events = api.watch("resourceVersion=0", WIDGETS)
    path = f"{GROUP}/widgets.example.com"
    assert api.read("DELETE", path)[0] == 200
    assert api.read("DELETE", f"{WIDGETS}/w")[0] == 200
    finalizers = [{"op": "remove", "path": "/metadata/finalizers"}]
    assert api.read("PATCH", path, finalizers, Content_Type="application/json-patch+json")[0] == 200
    assert [event["type"] for event in events] == ["ADDED", "DELETED"]
    answer = api.ask("GET", WIDGETS)
    assert (answer.status, answer.read()) == (404, b"404 page not found\n")


def test_many_watches_see_every_change_once_and_in_order(api: Api) -> None:
    start = api.create_map("start")["metadata"]["resourceVersion"]
    watches = [api.watch(f"resourceVersion={start}") for _ in range(10)]
    late = []
    for number in range(20):
        api.create_map(f"m{number}")
        if number == 10:
            late = [api.watch(f"resourceVersion={start}") for _ in range(5)]
    wanted = [("ADDED", f"m{number}") for number in range(20)]
    assert [take(events, 20) for events in (*watches, *late)] == [wanted] * 15


def test_what_leaves_a_selection_is_told_of_as_it_was(api: Api) -> None:
    start = api.create_map("a", on="yes")["metadata"]["resourceVersion"]
    events = api.watch(f"labelSelector=on%3Dyes&resourceVersion={start}")
    patch(api, "a", {"metadata": {"labels": {"on": "no"}}})
    patch(api, "a", {"metadata": {"labels": {"on": "yes"}}})
    gone, back = islice(events, 2)
    assert (gone["type"], gone["object"]["metadata"]["labels"]) == ("DELETED", {"on": "yes"})
    assert gone["object"]["metadata"]["resourceVersion"] > start
    assert (back["type"], back["object"]["metadata"]["labels"]) == ("ADDED", {"on": "yes"})


def test_each_watch_is_told_in_its_own_form(api: Api) -> None:
    start = api.create_map("a")["metadata"]["resourceVersion"]
    partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
    query = f"resourceVersion={start}"
    watches = [api.watch(query), api.watch(query, Accept=TABLE), api.watch(query, Accept=partial)]
    api.create_map("b")
    plain, table, metadata = (next(events)["object"] for events in watches)
    assert (plain["kind"], plain["data"]) == ("ConfigMap", {"a": "1"})
    assert (table["kind"], table["rows"][0]["cells"][:2]) == ("Table", ["b", 1])
    assert (metadata["kind"], "data" in metadata) == ("PartialObjectMetadata", False)


def test_initial_events_end_with_a_bookmark(api: Api) -> None:
    api.create_map("a")
    query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    added, bookmark = islice(api.watch(query), 2)
    assert (added["type"], bookmark["type"]) == ("ADDED", "BOOKMARK")
    assert bookmark["object"]["kind"] == "ConfigMap"
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert int(bookmark["object"]["metadata"]["resourceVersion"]) >= int(added["object"]["metadata"]["resourceVersion"])


def test_initial_events_may_be_left_out(api: Api) -> None:
    api.create_map("a")
    events = api.watch("sendInitialEvents=false&resourceVersionMatch=NotOlderThan")
    api.create_map("b")
    assert take(events, 1) == [("ADDED", "b")]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("sendInitialEvents=true", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch"),
        (
            "resourceVersionMatch=NotOlderThan",
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
        ),
        ("resourceVersionMatch=Exact&sendInitialEvents=true", 'Unsupported value: "Exact": supported values: "NotOlderThan"'),
    ],
)
def test_parameters_that_do_not_go_together(api: Api, query: str, text: str) -> None:
    status, answer = api.read("GET", f"{MAPS}?watch=true&{query}")
    assert status == 422
    assert text in answer["message"]


def test_a_history_that_is_gone_is_an_error_in_the_stream(api: Api) -> None:
    for number in range(3):
        api.create_map(f"m{number}")
    server = api.folder.open_server()
    server.store.compact(server.store.current_revision())
    server.store.close()
    (event,) = api.watch("resourceVersion=1")
    assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")


def test_a_watch_is_bookmarked_now_and_then(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "BOOKMARK_SECONDS", 0.0)
    start = api.create_map("a")["metadata"]["resourceVersion"]
    events = api.watch(f"resourceVersion={start}&allowWatchBookmarks=true")
    made = api.create_map("b")["metadata"]["resourceVersion"]
    seen = []
    for event in events:
        seen.append((event["type"], event["object"]["metadata"]["resourceVersion"]))
        if seen[-1] == ("BOOKMARK", made):
            break
    assert ("ADDED", made) in seen
