"""Custom resources that a webhook converts between versions."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apiserver.webhooks.https import CallFailed
from minikube_py.client.request import APPLY_PATCH, MERGE_PATCH, Request
from minikube_py.storage.interface import Key
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
GROUP = "example.com"


def version(name: str, field: str, *, storage: bool = False) -> Object:
    spec = {
        "type": "object",
        "properties": {field: {"type": "string", "maxLength": 12}, "n": {"type": "integer", "default": 1}},
    }
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    return {"name": name, "served": True, "storage": storage, "schema": schema}


def definition(strategy: str = "Webhook", *, newest_stored: bool = False) -> Object:
    config = {"url": "https://convert.example.com"}
    webhook = {"conversionReviewVersions": ["v1"], "clientConfig": config}
    conversion = {"strategy": strategy, **({"webhook": webhook} if strategy == "Webhook" else {})}
    versions = [version("v1", "host", storage=not newest_stored), version("v2", "address", storage=newest_stored)]
    names = {"plural": "sites", "singular": "site", "kind": "Site", "listKind": "SiteList"}
    spec = {"group": GROUP, "scope": "Namespaced", "names": names, "versions": versions, "conversion": conversion}
    return {"metadata": {"name": f"sites.{GROUP}"}, "spec": spec}


class Sites:
    """Requests about sites, and the webhook that converts them: v1 says `host` where v2 says `address`."""

    def __init__(self, cluster: Cluster) -> None:
        self.server = cluster.server
        self.reviews: list[Object] = []
        self.free: list[bool] = []
        self.change: dict[str, Any] = {}
        self.server.extensions["call_conversion"] = self._convert

    def define(self, crd: Object, verb: str = "create") -> None:
        name = crd["metadata"]["name"] if verb == "update" else ""
        crd = {**crd, "metadata": {**crd["metadata"]}}
        if verb == "update":
            known = self.server.store.get(Key("customresourcedefinitions.apiextensions.k8s.io", "", name)) or {}
            crd["metadata"]["resourceVersion"] = known["metadata"]["resourceVersion"]
        self.server.handle(Request(verb, "apiextensions.k8s.io", "v1", "customresourcedefinitions", name=name, body=crd))

    def _convert(self, config: Object, review: Object, seconds: float, dial: Any) -> Object:
        self.reviews.append(review)
        self.free.append(not self.server.store.in_transaction)
        wanted, objects = review["request"]["desiredAPIVersion"], []
        before, after = ("host", "address") if wanted.endswith("v2") else ("address", "host")
        for obj in review["request"]["objects"]:
            spec = {**obj["spec"]}
            spec[after] = spec.pop(before, "")
            objects.append({**obj, "apiVersion": wanted, "spec": spec, **self.change})
        response = {"uid": review["request"]["uid"], "result": {"status": "Success"}, "convertedObjects": objects}
        return {"kind": "ConversionReview", "apiVersion": review["apiVersion"], "response": response}

    def send(self, verb: str, name: str = "", version: str = "v1", **more: Any) -> Object:
        answer: Object = self.server.handle(Request(verb, GROUP, version, "sites", "default", name, **more)).object
        return answer

    def create(self, name: str, version: str, **spec: Any) -> Object:
        named = {"apiVersion": f"{GROUP}/{version}", "kind": "Site", "metadata": {"name": name}}
        return self.send("create", version=version, body={**named, "spec": spec})

    def stored(self, name: str) -> Object:
        return self.server.store.get(Key(f"sites.{GROUP}", "default", name)) or {}


@pytest.fixture
def sites(cluster: Cluster) -> Sites:
    sites = Sites(cluster)
    sites.define(definition())
    return sites


def test_objects_are_kept_in_one_version_and_shown_in_each(sites: Sites) -> None:
    created = sites.create("a", "v2", address="x")
    assert (created["apiVersion"], created["spec"]) == ("example.com/v2", {"address": "x", "n": 1})
    assert (sites.stored("a")["apiVersion"], sites.stored("a")["spec"]) == ("example.com/v1", {"host": "x", "n": 1})
    assert sites.send("get", "a", "v2")["spec"] == {"address": "x", "n": 1}
    assert sites.send("get", "a")["spec"] == {"host": "x", "n": 1}
    assert created["metadata"]["resourceVersion"] == sites.send("get", "a", "v2")["metadata"]["resourceVersion"]


def test_the_state_file_is_free_meanwhile(sites: Sites) -> None:
    sites.create("a", "v2", address="x")
    sites.send("patch", "a", "v2", body={"spec": {"address": "y"}}, content_type=MERGE_PATCH)
    with sites.server.batch():
        sites.send("patch", "a", "v2", body={"spec": {"address": "z"}}, content_type=MERGE_PATCH)
        assert sites.send("get", "a", "v2")["spec"]["address"] == "z"
    assert all(sites.free)
    assert sites.send("get", "a")["spec"]["host"] == "z"


def test_a_list_is_converted_at_once(sites: Sites) -> None:
    for name in "abc":
        sites.create(name, "v1", host=name)
    assert sites.reviews == []
    items = sites.send("list", version="v2")["items"]
    assert [item["spec"]["address"] for item in items] == ["a", "b", "c"]
    assert [len(review["request"]["objects"]) for review in sites.reviews] == [3]
    sites.send("list", version="v2")
    assert len(sites.reviews) == 1  # what was converted once is kept


def test_rules_are_those_of_the_version_asked_for(sites: Sites) -> None:
    with pytest.raises(errors.Invalid, match=r"spec.address: Too long"):
        sites.create("a", "v2", address="x" * 20)


def test_fields_are_owned_in_the_version_they_were_applied_in(sites: Sites) -> None:
    body = {"apiVersion": "example.com/v2", "kind": "Site", "metadata": {"name": "a"}, "spec": {"address": "x"}}
    for address in ("x", "y"):
        body["spec"] = {"address": address}
        applied = sites.send("patch", "a", "v2", body=body, content_type=APPLY_PATCH, params={"fieldManager": "me"})
    assert applied["spec"]["address"] == "y"
    assert sites.stored("a")["spec"]["host"] == "y"


def test_watches_show_the_version_asked_for(sites: Sites) -> None:
    sites.create("a", "v1", host="x")
    watch = sites.server.open_watch(Request("watch", GROUP, "v2", "sites", "default"))
    sites.create("b", "v1", host="y")
    assert [event.object["spec"]["address"] for event in watch.poll()] == ["x", "y"]


def test_deletion(sites: Sites) -> None:
    sites.create("a", "v1", host="x")
    sites.send("delete", "a", "v2")
    assert sites.stored("a") == {}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"apiVersion": "example.com/v9"}, "invalid groupVersion (expected example.com/v2, received example.com/v9)"),
        ({"kind": "Other"}, "invalid kind (expected Site, received Other)"),
        ({"metadata": {"name": "b"}}, "must have the same name: a != b"),
    ],
    ids=["version", "kind", "name"],
)
def test_answers_that_are_none(sites: Sites, change: Object, why: str) -> None:
    sites.create("a", "v1", host="x")
    sites.change = change
    with pytest.raises(errors.StatusError) as failed:
        sites.send("get", "a", "v2")
    who = "conversion webhook for example.com/v1, Kind=Site"
    assert failed.value.message == f"{who} returned invalid converted object at index 0: {why}"


def test_a_webhook_that_fails(sites: Sites) -> None:
    def fail(*args: Any) -> Object:
        raise CallFailed('Post "https://convert.example.com": EOF')

    sites.create("a", "v1", host="x")
    sites.server.extensions["call_conversion"] = fail
    with pytest.raises(errors.StatusError) as failed:
        sites.send("list", version="v2")
    who = "conversion webhook for example.com/v1, Kind=Site"
    assert failed.value.message == f'{who} failed: Post "https://convert.example.com": EOF'


def test_what_was_stored_in_an_earlier_version_is_shown_in_the_new_one(cluster: Cluster) -> None:
    sites = Sites(cluster)
    sites.define(definition("None"))
    sites.create("a", "v1", host="x")
    sites.define(definition("None", newest_stored=True), "update")
    assert sites.stored("a")["apiVersion"] == "example.com/v1"
    assert sites.send("get", "a", "v2")["apiVersion"] == "example.com/v2"
    assert sites.send("get", "a")["spec"]["host"] == "x"
    sites.send("patch", "a", "v2", body={"metadata": {"labels": {"a": "b"}}}, content_type=MERGE_PATCH)
    assert sites.stored("a")["apiVersion"] == "example.com/v2"
