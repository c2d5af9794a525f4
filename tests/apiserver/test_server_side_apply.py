"""Apply patches and JSON patches as requests: what is refused, what is warned of, what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request, Response
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def send(cluster: Cluster, body: Any, content_type: str = APPLY_PATCH, name: str = "box", **params: str) -> Response:
    if content_type == APPLY_PATCH:
        params = {"fieldManager": "me", **params}
    resource = "pods" if isinstance(body, dict) and body.get("kind") == "Pod" else "configmaps"
    return cluster.server.handle(Request("patch", "", "v1", resource, "default", name, "", params, body, content_type))


def box(**fields: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "box"}, **fields}


def pod(cpu: Any) -> Object:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "box"}, "spec": {"containers": [container]}}


@pytest.mark.parametrize("validation", ["Strict", "Warn", "Ignore"])
def test_an_unknown_field_is_refused_whatever_the_validation(cluster: Cluster, validation: str) -> None:
    with pytest.raises(errors.StatusError) as caught:
        send(cluster, box(dada={}), fieldValidation=validation)
    text = "failed to create typed patch object (/box; /v1, Kind=ConfigMap): .dada: field not declared in schema"
    assert (caught.value.code, caught.value.message) == (500, text)


def test_what_is_of_the_right_type_may_still_not_decode(cluster: Cluster) -> None:
    with pytest.raises(errors.StatusError) as caught:
        send(cluster, pod("abc"))
    assert caught.value.message.startswith(
        "failed to convert new object (/box; /v1, Kind=Pod) to proper version (v1): "
        "unable to convert unstructured object to /v1, Kind=Pod: quantities must match the regular expression"
    )


def test_quantities_are_kept_in_their_canonical_form_and_compared_as_written(cluster: Cluster) -> None:
    stored = send(cluster, pod("1000m")).object
    assert stored["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "1"}
    with pytest.raises(errors.Conflict) as caught:
        send(cluster, pod("1000m"), fieldManager="other")
    field = '.spec.containers[name="c"].resources.requests.cpu'
    assert caught.value.message == f'Apply failed with 1 conflict: conflict with "me": {field}'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            {**box(), "metadata": {"name": "other"}},
            "the name of the object (other) does not match the name on the URL (box)",
            id="another-name",
        ),
        pytest.param({**box(), "metadata": {"managedFields": []}}, "metadata.managedFields must be nil", id="managed-fields"),
        pytest.param(
            [1],
            "error decoding YAML: error unmarshaling JSON: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}",
            id="list",
        ),
    ],
)
def test_bad_requests(cluster: Cluster, body: Any, message: str) -> None:
    with pytest.raises(errors.BadRequest) as caught:
        send(cluster, body)
    assert caught.value.message == message


def test_a_null_is_owned_and_becomes_the_empty_value_of_its_type(cluster: Cluster) -> None:
    stored = send(cluster, box(data={"a": None, "b": "1"})).object
    assert stored["data"] == {"a": "", "b": "1"}
    assert stored["metadata"]["managedFields"][0]["fieldsV1"] == {"f:data": {"f:a": {}, "f:b": {}}}


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        pytest.param(STRATEGIC_MERGE_PATCH, [], "json: cannot unmarshal array into Go value of type {}", id="strategic"),
        pytest.param(
            MERGE_PATCH, "x", "error decoding patch: json: cannot unmarshal string into Go value of type {}", id="merge"
        ),
        pytest.param(MERGE_PATCH, None, "Invalid JSON Patch", id="merge-null"),
        pytest.param(
            JSON_PATCH,
            {},
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
            id="json",
        ),
        pytest.param(
            JSON_PATCH,
            [{"op": 1}],
            "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
            id="json-operation",
        ),
    ],
)
def test_patches_of_the_wrong_shape(cluster: Cluster, content_type: str, body: Any, message: str) -> None:
    cluster.create("configmaps", box())
    with pytest.raises(errors.BadRequest) as caught:
        send(cluster, body, content_type)
    assert caught.value.message == message.replace("{}", "map[string]interface {}")


@pytest.mark.parametrize("content_type", [STRATEGIC_MERGE_PATCH, JSON_PATCH])
def test_null_is_a_patch_that_changes_nothing(cluster: Cluster, content_type: str) -> None:
    before = cluster.create("configmaps", box(data={"a": "1"}))
    assert send(cluster, None, content_type).object == before


def test_unknown_fields_of_operations_are_told(cluster: Cluster) -> None:
    cluster.create("configmaps", box())
    patch = [{"op": "add", "path": "/data", "value": {"a": "1"}, "vale": 1}]
    assert send(cluster, patch, JSON_PATCH).warnings == ('json patch unknown field "[0].vale"',)
    assert send(cluster, patch, JSON_PATCH, fieldValidation="Ignore").warnings == ()
    with pytest.raises(errors.Invalid) as caught:
        send(cluster, patch, JSON_PATCH, fieldValidation="Strict")
    assert caught.value.message.endswith(': strict decoding error: json patch unknown field "[0].vale"')


@pytest.mark.parametrize("where", ["params", "body"])
def test_a_deletion_can_be_tried(cluster: Cluster, where: str) -> None:
    cluster.create("configmaps", box())
    params = {"dryRun": "All"} if where == "params" else {}
    body = {"dryRun": ["All"]} if where == "body" else {}
    answer = cluster.server.handle(Request("delete", "", "v1", "configmaps", "default", "box", params=params, body=body))
    assert answer.object["status"] == "Success"
    assert cluster.get("configmaps", "box")["metadata"]["name"] == "box"
