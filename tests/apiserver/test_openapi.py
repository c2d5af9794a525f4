"""OpenAPI documents: what is in them, that every reference leads somewhere, and how they are kept by callers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.apimachinery.protobuf.wire_format import BYTES, read_fields
from minikube_py.apis import catalog
from minikube_py.apis.apiextensions.custom_resource import make_kind
from minikube_py.apiserver.discovery_documents import EVERYTHING, Served
from minikube_py.apiserver.documents import answer_path
from minikube_py.apiserver.negotiation import choose_form
from minikube_py.apiserver.openapi import version2, version3
from minikube_py.apiserver.openapi.custom import simplify
from minikube_py.apiserver.openapi.definitions import V2, V3
from minikube_py.apiserver.openapi.documents import GNOSTIC
from minikube_py.apiserver.openapi.gnostic import encode_document
from minikube_py.client.http_message import HttpAnswer, HttpRequest

Object = dict[str, Any]
GROUP_VERSIONS = sorted({(kind.group, kind.version) for kind in catalog.list_kinds()})
TEAM = make_kind(
    {
        "metadata": {"name": "teams.org.example.com"},
        "spec": {
            "group": "org.example.com",
            "names": {"kind": "Team", "plural": "teams"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1",
                    "storage": True,
                    "served": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "properties": {
                                "spec": {"type": "object", "properties": {"size": {"type": "integer", "default": 3}}}
                            },
                        }
                    },
                }
            ],
        },
    },
    "v1",
)
WITH_TEAM = Served(lambda group: True, lambda: [TEAM])


def ask(target: str, served: Served = EVERYTHING, **headers: str) -> HttpAnswer:
    message = HttpRequest("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})
    return answer_path(message, choose_form(message), served)


def read(answer: HttpAnswer) -> Any:
    return json.loads(b"".join(answer.parts))


def write(group: str, version: str) -> Object:
    return version3.write_document(
        group, version, [k for k in catalog.list_kinds() if (k.group, k.version) == (group, version)]
    )


def list_references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from list_references(value)
    elif isinstance(node, list):
        for item in node:
            yield from list_references(item)


def list_operations(document: Object) -> dict[str, Object]:
    items = [
        (path, method, op) for path, item in document["paths"].items() for method, op in item.items() if method != "parameters"
    ]
    return {f"{method} {path}": op for path, method, op in items}


@pytest.mark.parametrize(("group", "version"), GROUP_VERSIONS, ids=lambda value: value or "core")
def test_version_3_is_whole(group: str, version: str) -> None:
    document = write(group, version)
    schemas = document["components"]["schemas"]
    assert {reference.removeprefix(V3) for reference in list_references(document)} <= schemas.keys()
    operations = list_operations(document)
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    assert {type(schema.get("type", "")) for schema in schemas.values()} == {str}
    for address, operation in operations.items():
        item = document["paths"][address.partition(" ")[2]]
        names = {parameter["name"] for parameter in item.get("parameters", ()) if parameter["in"] == "path"}
        assert names == {part[1:-1] for part in address.split("/") if part.startswith("{")}
        assert {"200", "401"} <= operation["responses"].keys()


def test_version_2_is_whole() -> None:
    document = version2.write_document([*catalog.list_kinds(), TEAM])
    assert {reference.removeprefix(V2) for reference in list_references(document)} <= document["definitions"].keys()
    assert document["definitions"]["io.k8s.apimachinery.pkg.api.resource.Quantity"]["type"] == "string"
    ids = [operation["operationId"] for operation in list_operations(document).values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("get /api/v1/pods", "listCoreV1PodForAllNamespaces"),
        ("post /api/v1/namespaces/{namespace}/pods/{name}/eviction", "createCoreV1NamespacedPodEviction"),
        ("get /api/v1/namespaces/{namespace}/pods/{name}/exec", "connectCoreV1GetNamespacedPodExec"),
        ("put /api/v1/namespaces/{name}/finalize", "replaceCoreV1NamespaceFinalize"),
        ("delete /api/v1/nodes", "deleteCoreV1CollectionNode"),
    ],
)
def test_operations_are_called_as_in_kubernetes(address: str, name: str) -> None:
    assert list_operations(write("", "v1"))[address]["operationId"] == name


def test_patches_say_which_ones_and_that_fields_are_checked() -> None:
    operation = list_operations(write("apps", "v1"))["patch /apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
    assert list(operation["requestBody"]["content"]) == [
        "application/apply-patch+yaml",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/strategic-merge-patch+json",
    ]
    assert [parameter["name"] for parameter in operation["parameters"]] == [
        "dryRun",
        "fieldManager",
        "fieldValidation",
        "force",
    ]
    assert operation["x-kubernetes-group-version-kind"] == {"group": "apps", "version": "v1", "kind": "Deployment"}


def test_schemas_say_what_apply_and_explain_need() -> None:
    schemas = write("", "v1")["components"]["schemas"]
    container = schemas["io.k8s.api.core.v1.Container"]["properties"]
    assert (container["ports"]["x-kubernetes-patch-merge-key"], container["ports"]["x-kubernetes-list-type"]) == (
        "containerPort",
        "map",
    )
    protocol = schemas["io.k8s.api.core.v1.ContainerPort"]["properties"]["protocol"]
    assert (protocol["default"], protocol["enum"]) == ("TCP", ["SCTP", "TCP", "UDP"])
    pod = schemas["io.k8s.api.core.v1.Pod"]
    assert pod["properties"]["kind"]["type"] == "string"
    assert "enum" not in pod["properties"]["kind"]
    assert pod["properties"]["spec"]["allOf"] == [{"$ref": V3 + "io.k8s.api.core.v1.PodSpec"}]
    assert pod["x-kubernetes-group-version-kind"] == [{"group": "", "kind": "Pod", "version": "v1"}]
    assert {"type": "number"} in schemas["io.k8s.apimachinery.pkg.api.resource.Quantity"]["oneOf"]


def test_custom_resources_are_described() -> None:
    document = read(ask("/openapi/v3/apis/org.example.com/v1", WITH_TEAM))
    team = document["components"]["schemas"]["com.example.org.v1.Team"]
    assert team["properties"]["spec"]["properties"]["size"] == {"type": "integer", "default": 3}
    assert team["properties"]["metadata"]["allOf"]
    pod = read(ask("/openapi/v3/api/v1"))["components"]["schemas"]["io.k8s.api.core.v1.Pod"]["properties"]
    assert {name: team["properties"][name]["description"] for name in ("apiVersion", "kind", "metadata")} == {
        name: pod[name]["description"] for name in ("apiVersion", "kind", "metadata")
    }
    patch = list_operations(document)["patch /apis/org.example.com/v1/namespaces/{namespace}/teams/{name}"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]
    assert "com.example.org.v1.TeamList" in document["components"]["schemas"]
    assert ask("/openapi/v3/apis/org.example.com/v1").status == 404


@pytest.mark.parametrize(
    ("schema", "simple"),
    [
        ({"type": "string", "nullable": True, "description": "x"}, {"description": "x"}),
        ({"x-kubernetes-int-or-string": True, "anyOf": [{}]}, {"x-kubernetes-int-or-string": True}),
        ({"type": "array", "items": {"type": "object", "default": {}}}, {"type": "array", "items": {"type": "object"}}),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "x-kubernetes-preserve-unknown-fields": True},
            {"x-kubernetes-preserve-unknown-fields": True},
        ),
        ({"type": "object", "additionalProperties": True}, {"type": "object", "additionalProperties": True}),
    ],
    ids=["null", "number or text", "list", "anything", "any values"],
)
def test_version_2_says_less_of_custom_resources(schema: Object, simple: Object) -> None:
    assert simplify(schema) == simple


def test_hashed_addresses_may_be_kept_for_ever() -> None:
    address = read(ask("/openapi/v3"))["paths"]["apis/apps/v1"]["serverRelativeURL"]
    headers = dict(ask(address).headers)
    assert headers["Cache-Control"] == "public, immutable"
    assert "Expires" in headers
    assert headers["ETag"] == f'"{address.partition("hash=")[2]}"'
    assert dict(ask("/openapi/v3/apis/apps/v1").headers)["Cache-Control"] == "no-cache, private"


def test_another_hash_leads_to_the_right_one() -> None:
    moved = ask("/openapi/v3/apis/apps/v1?hash=OLD")
    assert moved.status == 301
    assert dict(moved.headers)["Location"] == read(ask("/openapi/v3"))["paths"]["apis/apps/v1"]["serverRelativeURL"]


@pytest.mark.parametrize("target", ["/openapi/v3", "/openapi/v3/api/v1", "/openapi/v2", "/openapi/v3/"])
def test_who_has_it_gets_nothing(target: str) -> None:
    etag = dict(ask(target).headers)["ETag"]
    for given in (etag, f'"x", W/{etag}', "*"):
        again = ask(target, if_none_match=given)
        assert (again.status, b"".join(again.parts)) == (304, b"")
    assert ask(target, if_none_match='"other"').status == 200


def test_definitions_that_come_change_their_own_document_only() -> None:
    before, after = (read(ask("/openapi/v3", served))["paths"] for served in (EVERYTHING, WITH_TEAM))
    assert after == before | {"apis/org.example.com/v1": after["apis/org.example.com/v1"]}
    assert dict(ask("/openapi/v2").headers)["ETag"] != dict(ask("/openapi/v2", WITH_TEAM).headers)["ETag"]


@pytest.mark.parametrize("target", ["/openapi", "/openapi/v1", "/openapi/v3/api/v9", "/openapi/v3/apis/nope/v1"])
def test_nothing_else_is_there(target: str) -> None:
    assert ask(target).status == 404


@pytest.mark.parametrize("accept", [GNOSTIC, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"])
def test_older_clients_get_protobuf(accept: str) -> None:
    answer = ask("/openapi/v2", accept=accept)
    assert dict(answer.headers)["Content-Type"] == GNOSTIC
    fields = {
        number: bytes(value)
        for number, _, value in read_fields(memoryview(b"".join(answer.parts)))
        if not isinstance(value, int)
    }
    assert fields[1] == b"2.0"
    names = {read_named(entry)[0] for _, _, entry in read_fields(memoryview(fields[9]))}
    assert b"io.k8s.api.core.v1.Pod" in names


def read_named(entry: Any) -> tuple[bytes, bytes]:
    found = {number: bytes(value) for number, wire_type, value in read_fields(entry) if wire_type == BYTES}
    return found[1], found[2]


def test_gnostic_numbers() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"$ref": "#/definitions/x"}},
        "x-kubernetes-map-type": "atomic",
    }
    document = encode_document({"swagger": "2.0", "definitions": {"d": schema}})
    (definitions,) = [value for number, _, value in read_fields(memoryview(document)) if number == 9]
    (entry,) = [value for _, _, value in read_fields(definitions)]
    name, value = read_named(entry)
    fields = {number: bytes(part) for number, _, part in read_fields(memoryview(value))}
    assert (name, fields[22], fields[19]) == (b"d", b"\n\x06object", b"a")
    assert fields[31] == b'\n\x15x-kubernetes-map-type\x12\n\x12\x08"atomic"'
    assert b"#/definitions/x" in fields[25]
