"""Headers: which form an answer takes, and in which a body came."""

from __future__ import annotations

import json

import pytest

from minikube_py.apimachinery.errors import NotAcceptable
from minikube_py.apis import catalog
from minikube_py.apiserver.negotiation import Form, check_form, check_route, choose_form, encode, manager_of
from minikube_py.client.http_message import HttpRequest

JSON, YAML = "application/json", "application/yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
PROTOBUF = "application/vnd.kubernetes.protobuf"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", Form()),
        ("*/*", Form()),
        (YAML, Form(YAML)),
        (f"{PROTOBUF},{JSON}", Form()),
        (f"{PROTOBUF}, */*", Form()),
        (PROTOBUF, Form(PROTOBUF)),
        (f"{TABLE},application/json", Form(convert="Table")),
        (f"application/json;as=Table;v=v1beta1;g=meta.k8s.io, {JSON}", Form(convert="Table", version="v1beta1")),
        (f"application/json;as=Table;v=v2;g=meta.k8s.io, {JSON}", Form()),
        (f"{JSON};q=0.1, {YAML};q=0.9", Form(YAML)),
        (f"*/*, {YAML}", Form(YAML)),
        (f"{JSON};stream=x, {YAML}", Form(YAML)),
        (f"{JSON};sv=v2, {YAML}", Form(YAML)),
        (f"{JSON};g=meta.k8s.io;v=v1, {YAML}", Form(YAML)),
        (f"{JSON};pretty=1", Form(pretty=True)),
        (f"{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, {PARTIAL}", Form(convert="PartialObjectMetadataList")),
        ("text/html, application/xml;q=0.9, */*;q=0.8", Form()),
    ],
)
def test_accept(accept: str, form: Form) -> None:
    assert choose_form(HttpRequest("GET", "/api", {"accept": accept})) == form


def test_nothing_acceptable() -> None:
    accepted = f"only the following media types are accepted: {JSON}, {YAML}, {PROTOBUF}"
    with pytest.raises(NotAcceptable, match=accepted):
        choose_form(HttpRequest("GET", "/api", {"accept": "text/html"}))
    with pytest.raises(NotAcceptable, match=accepted):
        choose_form(HttpRequest("GET", "/api/v1/pods", {"accept": f"{PROTOBUF};as=Table;v=v1;g=meta.k8s.io"}))


@pytest.mark.parametrize(
    ("target", "agent", "pretty"),
    [
        ("/api", "kubectl/v1.33.1", False),
        ("/api", "curl/8.5.0", True),
        ("/api?pretty=false", "curl/8.5.0", False),
        ("/api?pretty", "kubectl/v1.33.1", True),
    ],
)
def test_pretty(target: str, agent: str, pretty: bool) -> None:
    assert choose_form(HttpRequest("GET", target, {"user-agent": agent})).pretty is pretty


def test_forms_of_an_answer() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "1"}}
    listed = {"apiVersion": "v1", "kind": "ConfigMapList", "metadata": {"resourceVersion": "7"}, "items": [obj]}
    assert encode(obj, Form()) == b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":{"a":"1"}}\n'
    assert encode(obj, Form(pretty=True)).startswith(b'{\n  "kind": "ConfigMap",\n')
    assert encode(obj, Form(YAML)) == b'apiVersion: v1\ndata:\n  a: "1"\nkind: ConfigMap\nmetadata:\n  name: x\n'
    partial = json.loads(encode(listed, Form(convert="PartialObjectMetadataList")))
    assert partial["kind"] == "PartialObjectMetadataList"
    assert partial["metadata"] == {"resourceVersion": "7"}
    assert [item["metadata"] for item in partial["items"]] == [{"name": "x"}]


MAPS = catalog.find_by_kind("", "ConfigMap")


@pytest.mark.parametrize(
    ("accept", "verb", "message"),
    [
        ("text/html", "get", f"406: Not Acceptable\n\nAvailable representations: {JSON}, {YAML}, {PROTOBUF}"),
        ("application/*", "list", f"{JSON}, {YAML}, {PROTOBUF}, {JSON};stream=watch, {PROTOBUF};stream=watch"),
    ],
)
def test_what_the_router_refuses(accept: str, verb: str, message: str) -> None:
    assert MAPS is not None
    with pytest.raises(NotAcceptable) as caught:
        check_route(HttpRequest("GET", "/api/v1/configmaps", {"accept": accept}), MAPS, verb)
    assert caught.value.message.endswith(message)


@pytest.mark.parametrize("accept", ["", "*/*", JSON, f"text/html, {YAML}", "text/html, */*;q=0.1", TABLE, PARTIAL])
def test_what_the_router_lets_through(accept: str) -> None:
    assert MAPS is not None
    check_route(HttpRequest("GET", "/api/v1/configmaps", {"accept": accept}), MAPS, "get")


@pytest.mark.parametrize(
    ("form", "verb", "message"),
    [
        (Form(convert="PartialObjectMetadata"), "list", "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)"),
        (Form(convert="PartialObjectMetadataList"), "get", "you requested PartialObjectMetadataList, but the requested object is not a list "
            "(*core.ConfigMap)"),
        (Form(YAML), "watch", f"only the following media types are accepted: {JSON};stream=watch, {PROTOBUF};stream=watch"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_in_a_form(form: Form, verb: str, message: str) -> None:
    assert MAPS is not None
    with pytest.raises(NotAcceptable) as caught:
        check_form(form, MAPS, verb)
    assert caught.value.message == message


def test_tables_and_metadata_in_their_older_version() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}
    listed = {"apiVersion": "v1", "kind": "ConfigMapList", "metadata": {}, "items": [obj]}
    partial = json.loads(encode(listed, Form(convert="PartialObjectMetadataList", version="v1beta1")))
    item = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1beta1", "metadata": {"name": "x"}}
    assert (partial["apiVersion"], partial["items"]) == ("meta.k8s.io/v1beta1", [item])
    row = {"cells": ["x"], "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {}}}
    table = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "columnDefinitions": [], "rows": [row]}
    shown = json.loads(encode(table, Form(convert="Table", version="v1beta1")))
    assert {shown["apiVersion"], shown["rows"][0]["object"]["apiVersion"]} == {"meta.k8s.io/v1beta1"}


def test_the_manager_is_who_calls() -> None:
    assert manager_of(HttpRequest("POST", "/", {"user-agent": "curl/8.5.0"})) == "curl"
    assert len(manager_of(HttpRequest("POST", "/", {"user-agent": "x" * 300}))) == 128
    assert manager_of(HttpRequest("POST", "/", {"user-agent": "a\tb" + "é" * 80})) == "ab" + "é" * 63


def test_characters_of_html_are_escaped() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": {"a": "<&>\u2028ü"}}
    for form in (Form(), Form(pretty=True)):
        assert "\\u003c\\u0026\\u003e\\u2028ü" in encode(obj, form).decode()
    assert "<&>" in encode(obj, Form(YAML)).decode()
