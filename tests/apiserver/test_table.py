"""Tables and lists as the API server answers them: columns, rows, pages, selectors, fields that cannot be selected."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, NotFound
from minikube_py.apis import catalog
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.table import columns_of, make_table
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


@pytest.fixture
def filled(cluster: Cluster) -> Cluster:
    """Five config maps, a to e, of which every second is red."""
    for index, name in enumerate("abcde"):
        cluster.create("configmaps", {"metadata": {"name": name, "labels": {"color": ("red", "blue")[index % 2]}}})
    return cluster


def ask(
    cluster: Cluster, verb: str = "list", resource: str = "configmaps", name: str = "", *, table: bool = True, **params: Any
) -> Object:
    namespace = "" if resource in ("nodes", "namespaces") else "default"
    group = "batch" if resource == "jobs" else ""
    answer: Object = cluster.server.handle(
        Request(verb, group, "v1", resource, namespace, name, params=params, table=table)
    ).object
    return answer


def names(answer: Object) -> str:
    if answer["kind"] == "Table":
        return "".join(row["cells"][0] for row in answer["rows"])
    return "".join(item["metadata"]["name"] for item in answer["items"])


def test_a_table_says_what_it_is(filled: Cluster) -> None:
    table = ask(filled, "get", name="a")
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert table["columnDefinitions"][0]["format"] == "name"
    assert table["metadata"] == {"resourceVersion": filled.get("configmaps", "a")["metadata"]["resourceVersion"]}


@pytest.mark.parametrize(
    ("include", "kind"), [("", "PartialObjectMetadata"), ("Metadata", "PartialObjectMetadata"), ("Object", "ConfigMap")]
)
def test_rows_carry_as_much_of_the_object_as_was_asked_for(filled: Cluster, include: str, kind: str) -> None:
    params: Object = {"includeObject": include} if include else {}
    row = ask(filled, "get", name="a", **params)["rows"][0]
    assert (row["object"]["kind"], row["object"]["metadata"]["name"]) == (kind, "a")


def test_rows_may_be_without_object(filled: Cluster) -> None:
    assert [set(row) for row in ask(filled, includeObject="None")["rows"]] == [{"cells"}] * 5


@pytest.mark.parametrize("kind", list(catalog.list_kinds()), ids=lambda kind: kind.resource)
def test_columns_are_distinct_and_of_known_types(kind: Kind) -> None:
    columns = columns_of(kind)
    assert columns[0].name in ("Name", "Last Seen")
    assert len({column.name for column in columns}) == len(columns)
    assert {column.type for column in columns} <= {"string", "integer", "boolean", "date", "number"}


def test_a_kind_without_columns_shows_name_and_age() -> None:
    kind = Kind("example.com", "v1", "Widget", "widgets", "widget", schema="")
    obj = {"metadata": {"name": "w", "creationTimestamp": "1970-01-01T00:00:00Z"}}
    table = make_table(columns_of(kind), [obj], {}, 90.0)
    assert columns_of(kind) == (NAME, AGE)
    assert table["rows"][0]["cells"] == ["w", "90s"]


@pytest.mark.parametrize("table", [True, False], ids=["table", "list"])
@pytest.mark.parametrize("selector", ["", "color=red"])
def test_pages_put_together_are_the_whole(filled: Cluster, selector: str, table: bool) -> None:
    params: Object = {"labelSelector": selector} if selector else {}
    whole = names(ask(filled, table=table, **params))
    got, revisions = "", set()
    while True:
        page = ask(filled, table=table, limit="2", **params)
        assert len(names(page)) <= 2
        got += names(page)
        revisions.add(page["metadata"]["resourceVersion"])
        filled.create("configmaps", {"metadata": {"name": f"new{len(got)}{table}".lower()}})  # not in this list any more
        if "continue" not in page["metadata"]:
            break
        params["continue"] = page["metadata"]["continue"]
    assert (got, len(revisions)) == (whole, 1)


def test_a_page_tells_how_many_are_left_only_without_selector(filled: Cluster) -> None:
    assert ask(filled, table=False, limit="2")["metadata"]["remainingItemCount"] == 3
    assert "remainingItemCount" not in ask(filled, table=False, limit="1", labelSelector="color=red")["metadata"]


@pytest.mark.parametrize("limit", ["0", "-1", "5", "100"])
def test_no_limit_or_a_large_one_gives_everything(filled: Cluster, limit: str) -> None:
    page = ask(filled, limit=limit)
    assert (names(page), "continue" in page["metadata"]) == ("abcde", False)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"labelSelector": "color in (blue)"}, "bd"),
        ({"fieldSelector": "metadata.name=c"}, "c"),
        ({"fieldSelector": "metadata.name!=c", "labelSelector": "color=red"}, "ae"),
        ({"fieldSelector": "metadata.namespace=elsewhere"}, ""),
    ],
)
def test_selected(filled: Cluster, params: dict[str, Any], expected: str) -> None:
    assert names(ask(filled, **params)) == expected


@pytest.mark.parametrize(
    ("resource", "selector", "message"),
    [
        ("configmaps", "data.a=b", '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"'),
        ("pods", "spec.nosuch=1", "field label not supported: spec.nosuch"),
        ("nodes", "metadata.namespace=x", "field label not supported: metadata.namespace"),
        ("jobs", "status.active=1", 'field label "status.active" not supported for Job'),
        ("pods", "metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
    ],
)
def test_fields_that_cannot_be_selected(cluster: Cluster, resource: str, selector: str, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        ask(cluster, resource=resource, fieldSelector=selector)
    assert caught.value.message == message


def test_a_token_that_is_none_is_refused(filled: Cluster) -> None:
    with pytest.raises(BadRequest, match=r"^invalid continue token: continue key is not valid"):
        params: Object = {"continue": "nonsense"}
        ask(filled, **params)


@pytest.mark.parametrize("subresource", ["status", "scale", "nope"])
def test_subresources_a_kind_does_not_have(filled: Cluster, subresource: str) -> None:
    with pytest.raises(NotFound) as caught:
        filled.server.handle(Request("get", "", "v1", "configmaps", "default", "a", subresource))
    assert caught.value.message == "the server could not find the requested resource"


def test_deprecation_is_told_with_answers_and_errors(cluster: Cluster) -> None:
    told = ("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",)
    assert cluster.server.handle(Request("list", "", "v1", "endpoints", "default")).warnings == told
    with pytest.raises(NotFound) as caught:
        cluster.server.handle(Request("get", "", "v1", "endpoints", "default", "nope"))
    assert caught.value.warnings == told


def test_what_the_server_adds_to_a_new_object_is_nobodys(cluster: Cluster) -> None:
    service = cluster.create("services", {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}, fieldManager="me")
    owned = service["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]
    assert service["spec"]["clusterIP"].startswith("10.")
    assert "f:clusterIP" not in owned and "f:ports" in owned


def test_who_scales_owns_the_replicas_through_scale(cluster: Cluster) -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    cluster.create("deployments", {"metadata": {"name": "d"}, "spec": spec}, fieldManager="me")
    cluster.patch("deployments", "d", {"spec": {"replicas": 3}}, subresource="scale")
    deployment = cluster.get("deployments", "d")
    assert deployment["spec"]["replicas"] == 3
    entries = {entry.get("subresource", ""): entry["fieldsV1"] for entry in deployment["metadata"]["managedFields"]}
    assert entries["scale"] == {"f:spec": {"f:replicas": {}}}
