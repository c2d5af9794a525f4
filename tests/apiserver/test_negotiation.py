"""Headers: which form an answer takes, and who calls."""

from __future__ import annotations

import json

import pytest

from minikube_py.apimachinery.errors import NotAcceptable
from minikube_py.apiserver.negotiation import Form, choose_form, encode, manager_of
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
        (f"application/json;as=Table;v=v1beta1;g=meta.k8s.io, {JSON}", Form()),
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


def test_the_manager_is_who_calls() -> None:
    assert manager_of(HttpRequest("POST", "/", {"user-agent": "curl/8.5.0"})) == "curl"
    assert len(manager_of(HttpRequest("POST", "/", {"user-agent": "x" * 300}))) == 128


def test_characters_of_html_are_escaped() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": {"a": "<&>\u2028ü"}}
    for form in (Form(), Form(pretty=True)):
        assert "\\u003c\\u0026\\u003e\\u2028ü" in encode(obj, form).decode()
    assert "<&>" in encode(obj, Form(YAML)).decode()
