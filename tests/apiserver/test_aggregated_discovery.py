"""All of discovery in two documents, which say what the legacy ones do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apiserver.discovery_documents import EVERYTHING, Served, describe_path
from minikube_py.apiserver.documents import answer_path
from minikube_py.apiserver.negotiation import choose_form
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from tests.apiserver.test_openapi import TEAM

V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
V2BETA1 = V2.replace("v=v2", "v=v2beta1")


def ask(target: str, accept: str, served: Served = EVERYTHING, **headers: str) -> HttpAnswer:
    message = HttpRequest(
        "GET", target, {"accept": accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )
    return answer_path(message, choose_form(message), served)


def read(answer: HttpAnswer) -> Any:
    return json.loads(b"".join(answer.parts))


@pytest.mark.parametrize(
    ("target", "accept", "kind", "version", "content_type"),
    [
        ("/api", V2, "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2", V2),
        ("/apis/", f"{V2},{V2BETA1},application/json", "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2", V2),
        ("/apis?timeout=32s", f"{V2BETA1},application/json", "APIGroupDiscoveryList", "apidiscovery.k8s.io/v2beta1", V2BETA1),
        ("/apis", f"{V2.replace('v=v2', 'v=v3')},application/json", "APIGroupList", "v1", "application/json"),
        ("/apis", "application/json", "APIGroupList", "v1", "application/json"),
        ("/apis/apps", f"{V2},application/json", "APIGroup", "v1", "application/json"),
    ],
)
def test_forms(target: str, accept: str, kind: str, version: str, content_type: str) -> None:
    answer = ask(target, accept)
    document = read(answer)
    assert (document["kind"], document["apiVersion"]) == (kind, version)
    assert dict(answer.headers)["Content-Type"] == content_type


def test_it_says_what_the_legacy_documents_say() -> None:
    (core,) = read(ask("/api", V2))["items"]
    groups = [(item["metadata"]["name"], item) for item in read(ask("/apis", V2))["items"]]
    for group, item in [("", core), *groups]:
        for version in item["versions"]:
            path = f"/apis/{group}/{version['version']}" if group else f"/api/{version['version']}"
            legacy = describe_path(path)
            assert isinstance(legacy, dict)
            flat = {r["resource"]: r for r in version["resources"]}
            flat |= {f"{r['resource']}/{s['subresource']}": s for r in version["resources"] for s in r.get("subresources", ())}
            assert flat.keys() == {r["name"] for r in legacy["resources"]}
            assert {n: r["verbs"] for n, r in flat.items()} == {r["name"]: r["verbs"] for r in legacy["resources"]}
            assert version["freshness"] == "Current"


def test_a_resource() -> None:
    (core,) = read(ask("/api", V2))["items"]
    pods = next(r for r in core["versions"][0]["resources"] if r["resource"] == "pods")
    assert (pods["scope"], pods["singularResource"], pods["shortNames"], pods["categories"]) == (
        "Namespaced",
        "pod",
        ["po"],
        ["all"],
    )
    assert pods["responseKind"] == {"group": "", "version": "v1", "kind": "Pod"}
    kinds = {s["subresource"]: s["responseKind"] for s in pods["subresources"]}
    assert kinds["eviction"] == {"group": "policy", "version": "v1", "kind": "Eviction"}
    assert kinds["proxy"] == {"group": "", "version": "v1", "kind": "PodProxyOptions"}
    assert kinds["status"] == pods["responseKind"]


def test_custom_resources_are_there_and_change_the_etag() -> None:
    served = Served(lambda group: group != "metrics.k8s.io", lambda: [TEAM])
    answer = ask("/apis", V2, served)
    names = [item["metadata"]["name"] for item in read(answer)["items"]]
    assert names[-1] == "org.example.com"
    assert "metrics.k8s.io" not in names
    etag = dict(answer.headers)["ETag"]
    assert ask("/apis", V2, served, if_none_match=etag).status == 304
    assert ask("/apis", V2, if_none_match=etag).status == 200
