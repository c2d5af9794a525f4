"""Objects as deep as they may be go through everything; deeper ones are refused before anything walks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.apimachinery.depth import MAX_DEPTH
from tests.apiserver.serving.conftest import MAPS, Api, Folder, make_map, serve

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
TREES = "/apis/example.com/v1/namespaces/default/trees"
DEEPEST = MAX_DEPTH - 30  # leaves room for what managedFields, lists and Tables put around


def nest(levels: int, value: Any = 1) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def make_tree(name: str, levels: int) -> Any:
    return {"apiVersion": "example.com/v1", "kind": "Tree", "metadata": {"name": name}, "spec": nest(levels)}


def make_crd(plural: str, kind: str, schema: Any) -> Any:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "example.com", "scope": "Namespaced", "names": {"plural": plural, "kind": kind}, "versions": [version]}
    return {"metadata": {"name": f"{plural}.example.com"}, "spec": spec}


@pytest.fixture
def api(folder: Folder) -> Iterator[Api]:
    """Serve a cluster that has trees; no controller is at work, so their definition is established by hand."""
    for api in serve(folder):
        free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        status, crd = api.read("POST", CRDS, make_crd("trees", "Tree", free))
        assert status == 201, crd
        conditions = [{"type": kind, "status": "True"} for kind in ("NamesAccepted", "Established")]
        crd["status"] = {"conditions": conditions, "acceptedNames": crd["spec"]["names"], "storedVersions": ["v1"]}
        status, crd = api.read("PUT", f"{CRDS}/trees.example.com/status", crd)
        assert status == 200, crd
        yield api


def test_the_deepest_goes_through_everything(api: Api) -> None:
    tree = make_tree("oak", DEEPEST)
    assert api.read("POST", TREES, tree)[0] == 201
    patch = {"spec": nest(DEEPEST, 2)}
    assert api.read("PATCH", f"{TREES}/oak", patch, Content_Type="application/merge-patch+json")[0] == 200
    applied = f"{TREES}/ash?fieldManager=me"
    for _ in range(2):
        assert api.read("PATCH", applied, make_tree("ash", DEEPEST), Content_Type="application/apply-patch+yaml")[0] in (
            200,
            201,
        )
    add = [{"op": "add", "path": "/spec/a/b", "value": nest(DEEPEST - 5)}]
    assert api.read("PATCH", f"{TREES}/ash", add, Content_Type="application/json-patch+json")[0] == 200
    forms = ("application/json", "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io")
    for form in forms:
        assert api.ask("GET", TREES, Accept=form).status == 200, form
    assert next(api.watch("resourceVersion=0", TREES))["type"] == "ADDED"
    assert api.read("DELETE", f"{TREES}/oak")[0] == 200


def test_a_schema_as_deep_as_may_be(api: Api) -> None:
    schema: Any = {"type": "string"}
    for _ in range(DEEPEST // 2 - 5):
        schema = {"type": "object", "properties": {"a": schema}}
    assert api.read("POST", CRDS, make_crd("vines", "Vine", schema))[0] == 201
    for path in ("/openapi/v2", f"{CRDS}/vines.example.com"):
        assert api.ask("GET", path).status == 200


@pytest.mark.parametrize(
    ("method", "path", "content_type"),
    [
        ("POST", TREES, "application/json"),
        ("POST", TREES, "application/yaml"),
        ("PATCH", f"{TREES}/oak", "application/merge-patch+json"),
        ("PATCH", f"{TREES}/oak?fieldManager=me", "application/apply-patch+yaml"),
        ("PATCH", f"{MAPS}/box", "application/strategic-merge-patch+json"),
    ],
)
def test_deeper_ones_are_refused(api: Api, method: str, path: str, content_type: str) -> None:
    assert api.read("POST", TREES, make_tree("oak", 1))[0] == 201
    assert api.read("POST", MAPS, make_map("box"))[0] == 201
    for levels in (MAX_DEPTH, 900, 1500):
        text = (
            '{"apiVersion":"example.com/v1","kind":"Tree","metadata":{"name":"oak"},"spec":'
            + '{"a":' * levels
            + "1"
            + "}" * levels
            + "}"
        )
        status, answer = api.read(method, path, text.encode(), Content_Type=content_type)
        assert (status, answer["reason"]) == (400, "BadRequest"), answer


def test_no_patch_makes_one_deeper(api: Api) -> None:
    assert api.read("POST", TREES, make_tree("oak", DEEPEST))[0] == 201
    add = [{"op": "add", "path": "/spec" + "/a" * (DEEPEST - 2) + "/b", "value": nest(100)}]
    status, answer = api.read("PATCH", f"{TREES}/oak", add, Content_Type="application/json-patch+json")
    assert (status, answer["reason"]) == (422, "Invalid")


@pytest.mark.parametrize("token", ["W1tb" * 10_000, "AAAA", "e30"], ids=["deep", "no text", "nothing in it"])
def test_tokens_to_go_on_with_that_are_none(api: Api, token: str) -> None:
    assert api.read("GET", f"{MAPS}?limit=1&continue={token}")[0] == 400
