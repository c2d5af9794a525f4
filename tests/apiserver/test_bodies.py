"""What comes in a body: of which type, how it is read, and what is said of one that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest, StatusError, UnsupportedMediaType
from minikube_py.apis import catalog
from minikube_py.apiserver.bodies import list_duplicates, read_body
from minikube_py.apiserver.paths import parse_path
from minikube_py.client.http_message import HttpRequest
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
OF_MAPS = "the object provided is unrecognized (must be of type ConfigMap): "
NO_JSON = "couldn't get version/kind; json parse error: "
TYPE = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
MAPS, PODS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"


def read(method: str, target: str, content_type: str, body: bytes) -> tuple[Any, str]:
    """Return what a body holds."""
    request = parse_path(method, target)
    assert request is not None
    kind = catalog.find_by_resource(request.group, request.resource, request.version)
    assert kind is not None
    return read_body(kind, request, HttpRequest(method, target, {"content-type": content_type}, body))


@pytest.mark.parametrize(
    ("method", "target", "content_type", "body", "outcome"),
    [
        ("POST", MAPS, "", b'{"a":1}', ({"a": 1}, JSON)),
        ("POST", MAPS, f"{JSON}; charset=utf-8", b'{"a":1}', ({"a": 1}, JSON)),
        ("POST", MAPS, JSON, b"null", ({}, JSON)),
        ("POST", MAPS, YAML, b"a: 1\n", ({"a": 1}, YAML)),
        ("POST", MAPS, YAML, b"", ({}, YAML)),
        ("POST", f"{PODS}/p/exec", "text/plain", b"", (None, "text/plain")),
        ("DELETE", f"{MAPS}/x", "", b"", (None, JSON)),
        ("GET", MAPS, "text/plain", b"", (None, "text/plain")),
        ("PATCH", f"{MAPS}/x", MERGE_PATCH, b'{"a":null}', ({"a": None}, MERGE_PATCH)),
        ("PATCH", f"{MAPS}/x", APPLY_PATCH, b"a: [1]\n", ({"a": [1]}, APPLY_PATCH)),
    ],
)
def test_bodies(method: str, target: str, content_type: str, body: bytes, outcome: object) -> None:
    assert read(method, target, content_type, body) == outcome


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        (JSON, b"", f"{OF_MAPS}{NO_JSON}unexpected end of JSON input (<empty>)"),
        (JSON, b'{"kind', f'{OF_MAPS}{NO_JSON}unexpected end of JSON input ({{"kind)'),
        (JSON, b"x: [", f"{OF_MAPS}{NO_JSON}invalid character 'x' looking for beginning of value (783a205b)"),
        (JSON, b"[" + b" " * 40 + b"]", f"{OF_MAPS}{NO_JSON}json: cannot unmarshal array into Go value of type {TYPE} (5b{'20' * 29} ...)"),
        (JSON, b'{"apiVersion":1}', f"{OF_MAPS}{NO_JSON}json: cannot unmarshal number into Go struct field .apiVersion of type string "
            '({"apiVersion":1})'),
        (JSON, b'{"apiVersion":"a/b/c"}', f'{OF_MAPS}unexpected GroupVersion string: a/b/c ({{"apiVersion":"a/b/c"}})'),
        (YAML, b"x: [", f"{OF_MAPS}yaml: line 1: did not find expected node content (783a205b)"),
        (PROTOBUF, b"xyz", f"{OF_MAPS}provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78797a)"),
        (PROTOBUF, b"", f"{OF_MAPS}empty data (<empty>)"),
    ],
    ids=["empty", "cut off", "no JSON", "a list", "version of another type", "no version", "no YAML", "no protobuf", "empty protobuf"],
)  # fmt: skip
def test_objects_that_cannot_be_read(content_type: str, body: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read("POST", MAPS, content_type, body)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("method", "target", "message"),
    [
        ("POST", f"{PODS}/p/eviction", f"the object provided is unrecognized (must be of type Eviction): {NO_JSON}"),
        (
            "PUT",
            "/apis/apps/v1/namespaces/default/deployments/d/scale",
            "the object provided is unrecognized (must be of type Scale): ",
        ),
        ("DELETE", f"{MAPS}/x", f"{NO_JSON}unexpected end of JSON input"),
    ],
    ids=["eviction", "scale", "delete options"],
)
def test_bodies_are_named_by_what_is_expected(method: str, target: str, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(method, target, JSON, b"{")
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("method", "content_type", "message"),
    [
        ("POST", "application/x-www-form-urlencoded", f"accepted media types include: {JSON}, {YAML}, {PROTOBUF}"),
        ("PATCH", JSON, "415: Unsupported Media Type"),
        ("PATCH", "", "415: Unsupported Media Type"),
    ],
)
def test_content_types(method: str, content_type: str, message: str) -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        read(method, MAPS if method == "POST" else f"{MAPS}/x", content_type, b"")
    assert caught.value.message.endswith(message)


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        (MERGE_PATCH, b"{a", "error decoding patch: invalid character 'a' looking for beginning of object key string"),
        (JSON_PATCH, b"", "error decoding patch: unexpected end of JSON input"),
        (APPLY_PATCH, b"{a: [", "error decoding YAML: yaml: line 1: did not find expected node content"),
    ],
)
def test_patches_that_cannot_be_read(content_type: str, body: bytes, message: str) -> None:
    with pytest.raises(StatusError) as caught:
        read("PATCH", f"{MAPS}/x", content_type, body)
    assert (caught.value.code, caught.value.message) == (400, message)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        (b'{"a":1,"b":{"a":1}}', []),
        (b'{"a":1,"a":2,"b":{"c":1,"c":2,"c":3},"l":[{},{"x":1,"x":1}]}', ["a", "b.c", "b.c", "l[1].x"]),
        (b"{", []),
    ],
    ids=["none", "some", "no JSON"],
)
def test_fields_that_stand_there_again(body: bytes, paths: list[str]) -> None:
    assert list_duplicates(body) == [f'duplicate field "{path}"' for path in paths]
