"""Bodies of requests: which content types are read, and what is said of what cannot be."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import BadRequest, UnsupportedMediaType
from minikube_py.apis import catalog
from minikube_py.apiserver.bodies import decode_body
from minikube_py.apiserver.negotiation import PROTOBUF, YAML
from minikube_py.client.http_message import JSON, HttpRequest
from minikube_py.client.request import APPLY_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

KIND = catalog.find_by_kind("", "ConfigMap")
TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'


def send(method: str, content_type: str, body: bytes) -> object:
    assert KIND is not None
    return decode_body(KIND, HttpRequest(method, "/", {"content-type": content_type}, body))


@pytest.mark.parametrize(
    ("method", "content_type", "body", "outcome"),
    [
        ("POST", "", b'{"a":1}', ({"a": 1}, JSON)),
        ("POST", f"{JSON}; charset=utf-8", b'{"a":1}', ({"a": 1}, JSON)),
        ("POST", JSON, b"null", ({}, JSON)),
        ("POST", YAML, b"a: 1\n", ({"a": 1}, YAML)),
        ("DELETE", "", b"", (None, JSON)),
        ("PATCH", MERGE_PATCH, b'{"a":null}', ({"a": None}, MERGE_PATCH)),
        ("PATCH", APPLY_PATCH, b"a: [1]\n", ({"a": [1]}, APPLY_PATCH)),
    ],
)
def test_bodies(method: str, content_type: str, body: bytes, outcome: object) -> None:
    assert send(method, content_type, body) == outcome


@pytest.mark.parametrize(
    ("method", "content_type", "text"),
    [
        (
            "POST",
            "application/x-www-form-urlencoded",
            "application/json, application/yaml, application/vnd.kubernetes.protobuf",
        ),
        ("PATCH", JSON, "application/json-patch+json, application/merge-patch+json"),
    ],
)
def test_content_types_that_are_not_read(method: str, content_type: str, text: str) -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        send(method, content_type, b"{}")
    assert text in caught.value.message


@pytest.mark.parametrize(
    ("content_type", "body", "why"),
    [
        (JSON, b"{a: [", "couldn't get version/kind; json parse error: invalid character 'a' looking for beginning of object "
            "key string ({a: [)"),
        (JSON, b'{"a":', "couldn't get version/kind; json parse error: unexpected end of JSON input ({\"a\":)"),
        (JSON, b"no" * 20, "couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') "
            f"({'6e6f' * 15} ...)"),
        (JSON, b"[1]", f"couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type {TYPE_META} "
            "(5b315d)"),
        (JSON, b'{"kind":5}', "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind "
            'of type string ({"kind":5})'),
        (YAML, b"{a: [", "error converting YAML to JSON: yaml: line 1: did not find expected node content ({a: [)"),
        (PROTOBUF, b"{}", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_object(content_type: str, body: bytes, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        send("POST", content_type, body)
    assert caught.value.message == f"the object provided is unrecognized (must be of type ConfigMap): {why}"


@pytest.mark.parametrize(
    ("content_type", "why"),
    [
        (MERGE_PATCH, "error decoding patch: invalid character 'a' looking for beginning of object key string"),
        (STRATEGIC_MERGE_PATCH, "invalid character 'a' looking for beginning of object key string"),
        (APPLY_PATCH, "error decoding YAML: yaml: line 1: did not find expected node content"),
    ],
)
def test_patches_that_cannot_be_read(content_type: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        send("PATCH", content_type, b"{a: [")
    assert caught.value.message == why


@pytest.mark.parametrize(
    ("subresource", "body", "text"),
    [
        ("", None, "(must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"),
        ("", [], f"(must be of type Pod): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type "
            f"{TYPE_META} (5b5d)"),
        ("eviction", "x", "(must be of type Eviction): couldn't get version/kind; json parse error: json: cannot unmarshal string"),
    ],
)  # fmt: skip
def test_requests_without_an_object(cluster: Cluster, subresource: str, body: object, text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        cluster.server.handle(Request("create", "", "v1", "pods", "default", "p", subresource, body=body))
    assert text in caught.value.message
