"""What lists are answered with over HTTP: the same whether their items were encoded before or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery.protobuf.decode import decode_unknown
from minikube_py.apiserver.encodings import ENTRY_BYTES, Encodings
from minikube_py.client.http_message import JSON, PROTOBUF, HttpRequest
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
MAPS = "/api/v1/namespaces/default/configmaps"
META = "v=v1;g=meta.k8s.io"
FORMS = {
    "json": JSON,
    "yaml": "application/yaml",
    "table": f"{JSON};as=Table;{META}",
    "metadata": f"{JSON};as=PartialObjectMetadataList;{META}",
    "protobuf": PROTOBUF,
    "metadata in protobuf": f"{PROTOBUF};as=PartialObjectMetadataList;{META}",
}
PRICES = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "prices.example.com"},
    "spec": {
        "group": "example.com",
        "names": {"plural": "prices", "singular": "price", "kind": "PriceList", "listKind": "PriceListList"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


def ask(cluster: Cluster, target: str, accept: str = JSON) -> bytes:
    message = HttpRequest("GET", target, {"accept": accept})
    request = cluster.server.parse(message)
    assert request is not None
    answer: Object = cluster.server.handle(request).object
    return cluster.server.encode(answer, cluster.server.negotiate(message))


def ask_items(cluster: Cluster, target: str) -> list[Object]:
    items: list[Object] = json.loads(ask(cluster, target))["items"]
    return items


@pytest.fixture
def filled(cluster: Cluster) -> Cluster:
    for name, tier in (("a", "x"), ("b", "y"), ("c", "x")):
        body = {"data": {"z": "<&>", "b": "\u2028"}, "metadata": {"name": name, "labels": {"tier": tier}}}
        cluster.create("configmaps", body)
    return cluster


@pytest.mark.parametrize("query", ["", "?limit=2", "?labelSelector=tier%3Dx", "?fieldSelector=metadata.name%3Db"])
@pytest.mark.parametrize("form", FORMS)
def test_a_list_is_the_same_again_and_as_if_nothing_were_kept(filled: Cluster, form: str, query: str) -> None:
    first = ask(filled, MAPS + query, FORMS[form])
    assert ask(filled, MAPS + query, FORMS[form]) == first
    filled.server.encodings = Encodings(max_bytes=0)
    assert ask(filled, MAPS + query, FORMS[form]) == first
    params = dict([query[1:].replace("%3D", ":").split("=")]) if query else {}
    params = {key: value.replace(":", "=") for key, value in params.items()}
    table = form == "table"
    plain = Request("list", "", "v1", "configmaps", "default", params=params, table=table)
    objects = filled.server.handle(plain).object
    assert filled.server.encode(objects, filled.server.negotiate(HttpRequest("GET", MAPS, {"accept": FORMS[form]}))) == first


def test_forms_do_not_meet(filled: Cluster) -> None:
    for accept in FORMS.values():
        ask(filled, MAPS, accept)
    listed = json.loads(ask(filled, MAPS))
    assert [item["data"] for item in listed["items"]] == [{"b": "\u2028", "z": "<&>"}] * 3
    decoded = decode_unknown(ask(filled, MAPS, PROTOBUF), "v1", "ConfigMapList")
    assert [item["metadata"]["name"] for item in decoded["items"]] == ["a", "b", "c"]
    partial = json.loads(ask(filled, MAPS, FORMS["metadata"]))
    assert partial["kind"] == "PartialObjectMetadataList"
    assert [set(item) for item in partial["items"]] == [{"kind", "apiVersion", "metadata"}] * 3


def test_what_changed_is_told_as_it_is_now(filled: Cluster) -> None:
    ask(filled, MAPS)
    filled.patch("configmaps", "b", {"data": {"z": "new"}})
    filled.delete("configmaps", "c")
    assert [(item["metadata"]["name"], item["data"]["z"]) for item in ask_items(filled, MAPS)] == [("a", "<&>"), ("b", "new")]


def test_what_is_not_committed_is_not_kept(filled: Cluster) -> None:
    with pytest.raises(ZeroDivisionError), filled.server.batch():
        filled.patch("configmaps", "b", {"data": {"z": "never"}})
        assert ask_items(filled, MAPS)[1]["data"]["z"] == "never"
        raise ZeroDivisionError
    filled.patch("configmaps", "b", {"data": {"z": "then"}})  # at the revision that was given back
    assert ask_items(filled, MAPS)[1]["data"]["z"] == "then"


def test_custom_resources_say_what_they_are_and_may_have_items(cluster: Cluster) -> None:
    where = ("apiextensions.k8s.io", "v1", "customresourcedefinitions")
    cluster.server.handle(Request("create", *where, body=PRICES))
    body = {
        "apiVersion": "example.com/v1",
        "kind": "PriceList",
        "metadata": {"name": "p"},
        "items": ["bread", {"kind": "milk"}],
    }
    cluster.server.handle(Request("create", "example.com", "v1", "prices", "default", body=body))
    path = "/apis/example.com/v1/namespaces/default/prices"
    (listed,) = ask_items(cluster, path)
    assert (listed["kind"], listed["apiVersion"], listed["items"]) == ("PriceList", "example.com/v1", body["items"])
    assert json.loads(ask(cluster, f"{path}/p")) == listed
    alone = json.loads(ask(cluster, f"{path}/p", f"{JSON};as=PartialObjectMetadata;{META}"))
    assert (alone["kind"], alone["metadata"]["name"]) == ("PartialObjectMetadata", "p")


def test_what_was_used_last_is_kept_within_bounds() -> None:
    made: list[str] = []

    def encode(obj: Object) -> bytes:
        made.append(obj["name"])
        return bytes(100)

    encodings = Encodings(4 * (100 + ENTRY_BYTES), {JSON: encode})
    stored = [(1, json.dumps({"name": number}).encode(), "default", str(number)) for number in range(9)]
    for _ in range(3):
        assert encodings.encode(JSON, "configmaps", stored[:2]) == [bytes(100)] * 2
    assert made == [0, 1]
    for one in stored[2:]:
        encodings.encode(JSON, "configmaps", [one, stored[0]])
    assert made == list(range(9))  # the first was asked for again and again: it stayed
    encodings.encode(JSON, "configmaps", stored[1:2])
    assert made == [*range(9), 1]


def test_of_an_object_that_is_written_often_one_state_is_kept() -> None:
    made: list[int] = []

    def encode(obj: Object) -> bytes:
        made.append(obj["at"])
        return bytes(100)

    encodings = Encodings(4 * (100 + ENTRY_BYTES), {JSON: encode})
    quiet = (1, b'{"at": 0}', "default", "quiet")
    for revision in range(2, 50):
        written = (revision, json.dumps({"at": revision}).encode(), "default", "busy")
        assert encodings.encode(JSON, "configmaps", [quiet, written]) == [bytes(100)] * 2
    assert made == [0, *range(2, 50)]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "yaml"])
def test_a_watch_begins_with_what_a_list_has(filled: Cluster, form: str) -> None:
    message = HttpRequest("GET", f"{MAPS}?watch=true&labelSelector=tier%3Dx", {"accept": FORMS[form]})
    request, wanted = filled.server.parse(message), filled.server.negotiate(message)
    assert request is not None
    told = [filled.server.encode_event(event, wanted) for event in filled.server.open_watch(request).poll()]
    plain = filled.server.open_watch(request._replace(encoding="")).poll()
    assert told == [filled.server.encode_event(event, wanted) for event in plain]
    assert len(told) == 2


def test_a_watch_of_custom_resources_begins_with_what_a_list_has(cluster: Cluster) -> None:
    where = ("apiextensions.k8s.io", "v1", "customresourcedefinitions")
    cluster.server.handle(Request("create", *where, body=PRICES))
    body = {"kind": "PriceList", "apiVersion": "example.com/v1", "metadata": {"name": "p"}, "items": []}
    cluster.server.handle(Request("create", "example.com", "v1", "prices", "default", body=body))
    message = HttpRequest("GET", "/apis/example.com/v1/namespaces/default/prices?watch=true", {})
    request = cluster.server.parse(message)
    assert request is not None
    (event,) = cluster.server.open_watch(request).poll()
    told = json.loads(cluster.server.encode_event(event, cluster.server.negotiate(message)))
    assert (told["type"], told["object"]["kind"], told["object"]["metadata"]["name"]) == ("ADDED", "PriceList", "p")
