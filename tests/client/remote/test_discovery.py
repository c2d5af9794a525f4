"""What a server serves: read from its documents, kept for a while, and asked for anew where a name is not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import ServiceUnavailable
from minikube_py.client.discovery import NoSuchKind, NoSuchResource, ResourceInfo
from minikube_py.client.remote.discovery import AGGREGATED, RemoteDiscovery
from minikube_py.client.remote.discovery_cache import SECONDS, DiscoveryCache
from minikube_py.client.remote.open_api import unfold
from minikube_py.component_base.clock import FakeClock

Object = dict[str, Any]


def resource(name: str, kind: str, *short: str, namespaced: bool = True, **more: Any) -> Object:
    scope = "Namespaced" if namespaced else "Cluster"
    verbs = ["get", "list"]
    return {"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": verbs, "shortNames": list(short), **more}


def group(name: str, **versions: list[Object]) -> Object:
    return {"metadata": {"name": name}, "versions": [{"version": v, "resources": r} for v, r in versions.items()]}


CORE = group(
    "",
    v1=[
        resource("pods", "Pod", "po", subresources=[{"subresource": "log"}]),
        resource("nodes", "Node", "no", namespaced=False),
    ],
)
SCALERS = [resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")]
GROUPS = [group("autoscaling", v2=SCALERS, v1=SCALERS), group("example.com", v1=[resource("pods", "Pod", categories=["all"])])]


class Server:
    """Serves discovery in the new form, or one document a version as of old."""

    def __init__(self, *groups: Object) -> None:
        self.groups, self.asked = list(groups), 0

    def read(self, path: str, accept: str) -> tuple[bytes, str]:
        self.asked += 1
        items = [CORE] if path == "/api" else self.groups
        return json.dumps({"items": items}).encode(), AGGREGATED.format("v2")


class OldServer:
    """Knows no aggregated documents."""

    pages: dict[str, Object] = {
        "/api": {"versions": ["v1"]},
        "/api/v1": {
            "resources": [
                {
                    "name": "pods",
                    "singularName": "pod",
                    "namespaced": True,
                    "kind": "Pod",
                    "verbs": ["get"],
                    "shortNames": ["po"],
                },
                {"name": "pods/log", "namespaced": True, "kind": "Pod", "verbs": ["get"]},
            ]
        },
        "/apis": {
            "groups": [
                {"name": "b.example", "versions": [{"version": "v1"}, {"version": "v2"}], "preferredVersion": {"version": "v2"}}
            ]
        },
        "/apis/b.example/v1": {"resources": []},
        "/apis/b.example/v2": {"resources": [{"name": "foos", "namespaced": False, "kind": "Foo", "verbs": []}]},
    }

    def read(self, path: str, accept: str) -> tuple[bytes, str]:
        return json.dumps(self.pages[path]).encode(), "application/json"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("po", "v1 pods"),
        ("Pod", "v1 pods"),
        ("pods.example.com", "example.com/v1 pods"),
        ("pods.v1.example.com", "example.com/v1 pods"),
        ("hpa", "autoscaling/v2 horizontalpodautoscalers"),
        ("horizontalpodautoscalers.v1.autoscaling", "autoscaling/v1 horizontalpodautoscalers"),
        ("hpa.v1.autoscaling", "autoscaling/v2 horizontalpodautoscalers"),
    ],
)
def test_names_find_resources(name: str, found: str) -> None:
    info = RemoteDiscovery(Server(*GROUPS).read).find(name)
    assert f"{info.api_version} {info.plural}" == found


def test_subresources_and_scopes_are_read() -> None:
    discovery = RemoteDiscovery(Server(*GROUPS).read)
    assert (discovery.find("pods").subresources, discovery.find("pods").namespaced) == (("log",), True)
    assert not discovery.find("nodes").namespaced


def test_a_server_of_old_is_understood() -> None:
    discovery = RemoteDiscovery(OldServer().read)
    assert (discovery.find("po").subresources, discovery.find("foos").api_version) == (("log",), "b.example/v2")
    assert discovery.list_versions() == ["b.example/v2", "v1"]


def test_what_is_not_served() -> None:
    discovery = RemoteDiscovery(Server(*GROUPS).read)
    with pytest.raises(NoSuchResource, match='the server doesn\'t have a resource type "foo"'):
        discovery.find("foo.example.com")
    with pytest.raises(NoSuchKind, match='no matches for kind "Pod" in version "v9"'):
        discovery.find_kind("v9", "Pod")


def test_categories_hold_preferred_versions() -> None:
    assert [info.api_version for info in RemoteDiscovery(Server(*GROUPS).read).list_category("all")] == ["example.com/v1"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cache(tmp_path: Path, clock: FakeClock) -> DiscoveryCache:
    return DiscoveryCache(tmp_path / "cache", "https://a.example:6443/k8s", clock)


def test_the_next_command_need_not_ask(cache: DiscoveryCache) -> None:
    server = Server(*GROUPS)
    first, second = (RemoteDiscovery(server.read, cache) for _ in range(2))
    assert first.find("po") == second.find("po")
    assert server.asked == 2


def test_after_six_hours_it_asks(cache: DiscoveryCache, clock: FakeClock) -> None:
    server = Server(*GROUPS)
    RemoteDiscovery(server.read, cache).find("po")
    clock.advance(SECONDS)
    RemoteDiscovery(server.read, cache).find("po")
    assert server.asked == 4


def test_for_a_new_name_it_asks_once(cache: DiscoveryCache) -> None:
    server = Server()
    RemoteDiscovery(server.read, cache).find("po")
    server.groups = GROUPS
    discovery = RemoteDiscovery(server.read, cache)
    assert discovery.find("hpa").group == "autoscaling"
    with pytest.raises(NoSuchResource):
        discovery.find("foo")
    assert server.asked == 4


def test_for_a_new_kind_it_asks(cache: DiscoveryCache) -> None:
    server = Server()
    RemoteDiscovery(server.read, cache).find("po")
    server.groups = GROUPS
    assert RemoteDiscovery(server.read, cache).find_kind("example.com/v1", "Pod").group == "example.com"


def test_a_kind_that_came_during_a_command_is_found_after_forgetting() -> None:
    server = Server()
    discovery = RemoteDiscovery(server.read)
    discovery.find("po")
    server.groups = GROUPS
    discovery.forget()
    assert discovery.find("hpa").group == "autoscaling"


def test_all_of_it_is_always_asked_for(cache: DiscoveryCache) -> None:
    server = Server()
    RemoteDiscovery(server.read, cache).list_all()
    server.groups = GROUPS
    discovery = RemoteDiscovery(server.read, cache)
    discovery.find("po")
    assert "example.com/v1" in {info.api_version for info in discovery.list_all()}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"program":"0.1.0","written":0,"resources":[[1]]}'], ids=["empty", "list", "bare", "short"]
)
def test_a_file_that_is_damaged_is_not_there(cache: DiscoveryCache, tmp_path: Path, text: str) -> None:
    cache.write([ResourceInfo("", "v1", "pods", "pod", "Pod", True)])
    [path] = tmp_path.rglob("resources.json")
    path.write_text(text)
    assert cache.read() is None


@pytest.mark.parametrize("url", ["https://a.example/../../x", "../../x", "https://..", "https://a:1"])
def test_the_cache_stays_in_its_folder(tmp_path: Path, clock: FakeClock, url: str) -> None:
    DiscoveryCache(tmp_path / "cache", url, clock).write([])
    [path] = (path for path in tmp_path.rglob("*") if path.is_file())
    assert path.resolve().is_relative_to(tmp_path / "cache" / "discovery")


def test_a_schema_becomes_one_piece() -> None:
    schemas = {
        "Spec": {
            "type": "object",
            "description": "a spec",
            "properties": {"size": {"type": "integer"}, "again": {"$ref": "#/components/schemas/Spec"}},
        },
    }
    ref = {"$ref": "#/components/schemas/Spec"}
    whole = {
        "type": "object",
        "properties": {"spec": {"allOf": [ref], "description": "what is wanted", "default": {}}, "more": {"items": ref}},
    }
    inner = {"type": "object", "properties": {"size": {"type": "integer"}, "again": {"type": "object"}}}
    assert unfold(whole, schemas)["properties"] == {
        "spec": {**inner, "description": "what is wanted"},
        "more": {"items": {**inner, "description": "a spec"}},
    }


def test_a_version_that_the_server_cannot_tell_of_is_left_out() -> None:
    """An aggregated API that is down does not take the others along."""
    stale = {"version": "v1beta1", "freshness": "Stale"}
    groups = {"items": [{"metadata": {"name": "metrics.k8s.io"}, "versions": [stale]}]}

    def read(path: str, accept: str) -> tuple[bytes, str]:
        found = groups if path == "/apis" else {"items": []}
        return json.dumps(found).encode(), "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    discovery = RemoteDiscovery(read)
    assert discovery.list_all() == []
    assert discovery.problems == {"metrics.k8s.io/v1beta1": "stale GroupVersion discovery: metrics.k8s.io/v1beta1"}


def test_a_version_that_an_old_server_cannot_tell_of_is_left_out() -> None:
    def read(path: str, accept: str) -> tuple[bytes, str]:
        if path == "/api/v1":
            raise ServiceUnavailable("the server is currently unable to handle the request")
        return json.dumps({"versions": ["v1"]} if path == "/api" else {"groups": []}).encode(), "application/json"

    discovery = RemoteDiscovery(read)
    assert discovery.list_all() == []
    assert discovery.problems == {"v1": "the server is currently unable to handle the request"}
