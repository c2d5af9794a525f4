"""What is said of patches whose outcome does not decode, and who owns what a subresource wrote."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apiserver.patch_errors import strip_used
from minikube_py.client.request import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    },
}


def patch(cluster: Cluster, body: Any, content_type: str, subresource: str = "", **params: str) -> Object:
    where = ("patch", "apps", "v1", "deployments", "default", "web", subresource)
    answer: Object = cluster.server.handle(Request(*where, params, body, content_type)).object
    return answer


@pytest.mark.parametrize(
    "spec, text",
    [
        pytest.param({"paused": "maybe"}, "unrecognized type: bool", id="text for bool"),
        pytest.param({"replicas": "two"}, "unrecognized type: int32", id="text for number"),
        pytest.param({"replicas": 1.5}, "cannot convert float64 to int32", id="fraction"),
        pytest.param({"strategy": {"type": 5}}, "cannot convert int64 to v1.DeploymentStrategyType", id="number for text"),
        pytest.param({"strategy": {"type": True}}, "unrecognized type: string", id="bool for text"),
        pytest.param({"selector": "app"}, "cannot restore struct from: string", id="text for struct"),
        pytest.param({"selector": {"matchLabels": ["a"]}}, "cannot restore map from slice", id="list for map"),
        pytest.param({"selector": {"matchExpressions": {}}}, "cannot restore slice from map", id="map for list"),
    ],
)
def test_a_strategic_patch_is_refused_in_the_converters_words(cluster: Cluster, spec: Object, text: str) -> None:
    cluster.create("deployments", DEPLOYMENT)
    with pytest.raises(errors.Invalid) as raised:
        patch(cluster, {"spec": spec}, STRATEGIC_MERGE_PATCH)
    assert raised.value.message.startswith(' "" is invalid: patch: Invalid value: "map[spec:map[')
    assert raised.value.message.endswith(text)


@pytest.mark.parametrize(
    "body, content_type",
    [
        pytest.param([{"op": "replace", "path": "/spec/replicas", "value": "x"}], JSON_PATCH, id="json"),
        pytest.param({"spec": {"replicas": "x"}}, MERGE_PATCH, id="merge"),
    ],
)
def test_other_patches_show_the_patched_object(cluster: Cluster, body: Any, content_type: str) -> None:
    cluster.create("deployments", DEPLOYMENT)
    with pytest.raises(errors.Invalid) as raised:
        patch(cluster, body, content_type)
    assert 'patch: Invalid value: "{\\"apiVersion\\":\\"apps/v1\\",' in raised.value.message
    assert raised.value.message.endswith(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    )


@pytest.mark.parametrize(
    "body, code, text",
    [
        pytest.param(
            {"spec": {"$patch": "shuffle"}}, 500, "unknown patch type: shuffle in map: map[$patch:shuffle]", id="directive"
        ),
        pytest.param({"spec": {"$retainKeys": "all"}}, 400, "invalid patch format of retainKeys", id="shape"),
    ],
)
def test_directives_that_make_no_sense(cluster: Cluster, body: Object, code: int, text: str) -> None:
    cluster.create("deployments", DEPLOYMENT)
    with pytest.raises(errors.StatusError) as raised:
        patch(cluster, body, STRATEGIC_MERGE_PATCH)
    assert (raised.value.code, raised.value.message) == (code, text)


@pytest.mark.parametrize(
    "given, left",
    [
        pytest.param({"a": {"b": 1}}, {"a": {"b": 1}}, id="plain"),
        pytest.param({"$setElementOrder/l": [1], "l": [1], "m": [2]}, {"m": [2]}, id="ordered list"),
        pytest.param({"a": {"$retainKeys": ["x"], "x": 1}, "$patch": "replace"}, {"a": {"x": 1}}, id="directives"),
    ],
)
def test_a_merge_uses_up_parts_of_the_patch(given: Object, left: Object) -> None:
    assert strip_used(given) == left


@pytest.mark.parametrize(
    "validation, warned", [("", True), ("Warn", True), ("Ignore", False)], ids=["not said", "Warn", "Ignore"]
)
def test_unknown_fields_are_warned_of_unless_told_otherwise(cluster: Cluster, validation: str, warned: bool) -> None:
    request = Request("create", "", "v1", "configmaps", "default", body={"metadata": {"name": "a"}, "dta": {}})
    answer = cluster.server.handle(request._replace(params={"fieldValidation": validation}))
    assert answer.warnings == (('unknown field "dta"',) if warned else ())


def test_what_scale_wrote_is_owned_through_scale(cluster: Cluster) -> None:
    cluster.create("deployments", DEPLOYMENT, fieldManager="maker")
    patch(cluster, {"spec": {"replicas": 3}}, MERGE_PATCH, "scale", fieldManager="scaler")
    owners = {e["manager"]: e for e in cluster.get("deployments", "web")["metadata"]["managedFields"]}
    assert (owners["scaler"]["subresource"], owners["scaler"]["fieldsV1"]) == ("scale", {"f:spec": {"f:replicas": {}}})
    assert "f:replicas" not in owners["maker"]["fieldsV1"]["f:spec"]


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (
            [{"op": "replace", "path": "", "value": []}],
            JSON_PATCH,
            "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct",
        ),
        ([{"op": "replace", "path": "", "value": None}], JSON_PATCH, "Object 'Kind' is missing in 'null'"),
        ({"metadata": ""}, MERGE_PATCH, "json: cannot unmarshal string into Go struct field"),
        (
            [{"op": "remove", "path": "/metadata"}],
            JSON_PATCH,
            "the name of the object (default based on URL) was undeterminable: name must be provided",
        ),
        ({"metadata": {"name": None}}, MERGE_PATCH, "(default based on URL) was undeterminable: name must be provided"),
    ],
    ids=["a list", "null", "metadata of another type", "no metadata", "no name"],
)
def test_patches_that_leave_no_object(cluster: Cluster, body: Any, content_type: str, told: str) -> None:
    request = Request("patch", "", "v1", "namespaces", "", "default", body=body, content_type=content_type)
    with pytest.raises(errors.StatusError) as refusal:
        cluster.server.handle(request)
    assert told in refusal.value.message


def test_a_merge_key_that_is_no_text(cluster: Cluster) -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create("pods", pod)
    body = {"spec": {"containers": [{"name": {"a": "b"}, "image": "x"}]}}
    with pytest.raises(errors.StatusError, match=r"Invalid value"):
        cluster.server.handle(
            Request("patch", "", "v1", "pods", "default", "web", body=body, content_type=STRATEGIC_MERGE_PATCH)
        )
