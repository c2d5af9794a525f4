"""Requests as paths: what a URL stands for, and what paths without a resource answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, MethodNotAllowed, NotFound
from minikube_py.apis import catalog
from minikube_py.apiserver.discovery_documents import describe_path
from minikube_py.apiserver.paths import parse_path
from minikube_py.apiserver.wire import encode_answer
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


@pytest.mark.parametrize(
    ("method", "target", "request_"),
    [
        ("GET", "/api/v1/pods", Request("list", "", "v1", "pods")),
        ("GET", "/api/v1/pods/", Request("list", "", "v1", "pods")),
        ("GET", "/api/v1/namespaces", Request("list", "", "v1", "namespaces")),
        ("GET", "/api/v1/namespaces/a", Request("get", "", "v1", "namespaces", "", "a")),
        ("GET", "/api/v1/namespaces/a/status", Request("get", "", "v1", "namespaces", "", "a", "status")),
        ("PUT", "/api/v1/namespaces/a/finalize", Request("update", "", "v1", "namespaces", "", "a", "finalize")),
        ("POST", "/api/v1/namespaces/a/pods", Request("create", "", "v1", "pods", "a")),
        ("DELETE", "/api/v1/namespaces/a/pods", Request("deletecollection", "", "v1", "pods", "a")),
        ("DELETE", "/api/v1/namespaces/a/pods/p", Request("delete", "", "v1", "pods", "a", "p")),
        ("PATCH", "/apis/apps/v1/namespaces/a/deployments/d/scale", Request("patch", "apps", "v1", "deployments", "a", "d", "scale")),
        ("GET", "/api/v1/namespaces/a/services/s/proxy/x/y", Request("get", "", "v1", "services", "a", "s", "proxy")),
        ("GET", "/api/v1/watch/namespaces/a/pods", Request("watch", "", "v1", "pods", "a")),
        ("GET", "/api/v1/namespaces/a%20b/pods/c%2Fd", Request("get", "", "v1", "pods", "a b", "c", "d")),
        ("GET", "/api/v1/nodes?watch=true&limit=5", Request("watch", "", "v1", "nodes", params={"limit": "5"})),
        ("GET", "/api/v1/nodes?watch=false", Request("list", "", "v1", "nodes")),
        ("GET", "/api/v1/pods?labelSelector=a+in+%28b%29", Request("list", "", "v1", "pods", params={"labelSelector": "a in (b)"})),
        ("GET", "/api/v1", None),
        ("GET", "/apis/apps/v1", None),
        ("GET", "/healthz", None),
        ("GET", "/", None),
    ],
)  # fmt: skip
def test_parse_path(method: str, target: str, request_: Request | None) -> None:
    assert parse_path(method, target) == request_


def test_other_methods_are_refused() -> None:
    with pytest.raises(MethodNotAllowed):
        parse_path("TRACE", "/api/v1/pods")


@pytest.mark.parametrize("path", ["/nope", "/apis/apps/v9", "/apis/nope", "/api/v9", "/healthz/nope"])
def test_nothing_there(path: str) -> None:
    with pytest.raises(NotFound) as caught:
        describe_path(path)
    assert caught.value.message == "the server could not find the requested resource"


def document(path: str) -> Object:
    found = describe_path(path)
    assert isinstance(found, dict)
    return found


def test_every_kind_is_found_by_going_down_from_the_root() -> None:
    found = {("", "v1", r["kind"]) for r in document("/api/v1")["resources"] if "/" not in r["name"]}
    for group in document("/apis")["groups"]:
        assert document(f"/apis/{group['name']}")["versions"] == group["versions"]
        for version in group["versions"]:
            listed = document(f"/apis/{version['groupVersion']}")["resources"]
            found |= {(group["name"], version["version"], r["kind"]) for r in listed if "/" not in r["name"]}
    assert found == {(kind.group, kind.version, kind.kind) for kind in catalog.list_kinds()}


def test_the_root_lists_paths_that_answer(cluster: Cluster) -> None:
    def ask(path: str) -> HttpAnswer:
        return cluster.server.describe(HttpRequest("GET", path), Request("get", "", "", ""))

    paths = json.loads(b"".join(ask("/").parts))["paths"]
    assert {path: ask(path).status for path in paths} == dict.fromkeys(paths, 200)
    assert "/readyz" in paths


def test_subresources_have_kinds_of_their_own() -> None:
    resources = {r["name"]: r for r in document("/apis/apps/v1")["resources"]}
    assert resources["deployments/scale"] == {
        "name": "deployments/scale",
        "singularName": "",
        "namespaced": True,
        "group": "autoscaling",
        "version": "v1",
        "kind": "Scale",
        "verbs": ["get", "patch", "update"],
    }
    assert resources["deployments/status"]["kind"] == "Deployment"
    assert resources["deployments"]["shortNames"] == ["deploy"]


def test_answers_are_in_the_order_of_kubernetes() -> None:
    obj = {"data": {}, "metadata": {"labels": {}, "uid": "u", "name": "n"}, "apiVersion": "v1", "kind": "ConfigMap"}
    assert list(json.loads(encode_answer(obj))) == ["kind", "apiVersion", "metadata", "data"]
    assert list(json.loads(encode_answer(obj))["metadata"]) == ["name", "uid", "labels"]
    listed = json.loads(encode_answer({"items": [obj], "kind": "ConfigMapList", "apiVersion": "v1", "metadata": {}}))
    assert list(listed) == ["kind", "apiVersion", "metadata", "items"]
    assert set(listed["items"][0]) == {"metadata", "data"}


def send(cluster: Cluster, method: str, target: str, body: bytes = b"") -> Object:
    request = cluster.server.parse(HttpRequest(method, target, {}, body))
    assert request is not None
    answer: Object = cluster.server.handle(request).object
    return answer


def test_an_object_goes_in_and_comes_out(cluster: Cluster) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    send(cluster, "POST", path, b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"1"}}')
    assert send(cluster, "GET", f"{path}/x")["data"] == {"a": "1"}
    assert send(cluster, "DELETE", f"{path}/x")["status"] == "Success"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            b'{"apiVersion":"v1","kind":"ConfigMap"}',
            'ConfigMap in version "v1" cannot be handled as a Secret: '
            "converting (v1.ConfigMap) to (core.Secret): unknown conversion",
        ),
        (
            b'{"apiVersion":"v1","kind":"Widget"}',
            'Widget in version "v1" cannot be handled as a Secret: no kind "Widget" is registered for version "v1"'
            ' in scheme "pkg/api/legacyscheme/scheme.go:30"',
        ),
    ],
)
def test_bodies_of_another_kind(cluster: Cluster, body: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        send(cluster, "POST", "/api/v1/namespaces/default/secrets", body)
    assert caught.value.message == message


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_paths_that_nobody_knows(cluster: Cluster, method: str) -> None:
    for path in ("/nope", "/apis/apps/v9"):
        assert cluster.server.describe(HttpRequest(method, path), Request("get", "", "", "")).status == 404


@pytest.mark.parametrize("path", ["/version", "/api/v1", "/apis"])
def test_documents_are_only_read(cluster: Cluster, path: str) -> None:
    with pytest.raises(MethodNotAllowed):
        cluster.server.describe(HttpRequest("POST", path), Request("create", "", "", ""))


def test_a_body_that_is_no_json(cluster: Cluster) -> None:
    with pytest.raises(BadRequest, match=r"must be of type Secret.*json parse error"):
        send(cluster, "POST", "/api/v1/namespaces/default/secrets", b"{")
