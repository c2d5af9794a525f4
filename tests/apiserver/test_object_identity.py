"""Names, namespaces, uids and resourceVersions: what requests may say of them, and what the server makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import APPLY_PATCH, MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
CONFIG = {"metadata": {"name": "conf"}}
FOREIGN_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


def send(cluster: Cluster, verb: str, body: Object, subresource: str = "", **more: Any) -> Object:
    request = Request(
        verb, "", "v1", "configmaps", "default", body["metadata"].get("name", "conf"), subresource, body=body, **more
    )
    answer: Object = cluster.server.handle(request).object
    return answer


@pytest.mark.parametrize(
    "verb, metadata, error, text",
    [
        pytest.param(
            "patch", {"uid": "x"}, errors.Invalid, 'metadata.uid: Invalid value: "x": field is immutable', id="patched uid"
        ),
        pytest.param(
            "update", {"uid": "x"}, errors.Conflict, "Code: 4, Key: /registry/configmaps/default/conf,", id="replaced uid"
        ),
        pytest.param("patch", {"namespace": "blue"}, errors.BadRequest, FOREIGN_NAMESPACE, id="patched namespace"),
        pytest.param("update", {"namespace": "blue"}, errors.BadRequest, FOREIGN_NAMESPACE, id="replaced namespace"),
        pytest.param(
            "patch", {"resourceVersion": "1"}, errors.Conflict, "please apply your changes", id="patched resourceVersion"
        ),
        pytest.param(
            "patch",
            {"deletionGracePeriodSeconds": 5},
            errors.Invalid,
            "Invalid value: 5: field is immutable",
            id="grace period",
        ),
    ],
)
def test_an_update_cannot_change_what_an_object_is(
    cluster: Cluster, verb: str, metadata: Object, error: type[errors.StatusError], text: str
) -> None:
    cluster.create("configmaps", CONFIG)
    with pytest.raises(error) as raised:
        send(cluster, verb, {"metadata": {"name": "conf", **metadata}}, content_type=MERGE_PATCH)
    assert text in raised.value.message


@pytest.mark.parametrize("metadata", [{"creationTimestamp": None}, {"generation": 7}, {"selfLink": "/x"}], ids=str)
def test_what_the_server_owns_is_overruled_silently(cluster: Cluster, metadata: Object) -> None:
    before = cluster.create("configmaps", CONFIG)
    assert send(cluster, "patch", {"metadata": {"name": "conf", **metadata}}, content_type=MERGE_PATCH) == before


def test_a_status_patch_meant_for_another_object_is_refused(cluster: Cluster) -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create("pods", pod)
    with pytest.raises(errors.Invalid, match=r"metadata\.uid"):
        cluster.patch("pods", "web", {"metadata": {"uid": "x"}, "status": {"phase": "Running"}}, subresource="status")


def test_a_resource_version_is_refused_on_creation(cluster: Cluster) -> None:
    with pytest.raises(errors.StatusError, match="resourceVersion should not be set on objects to be created") as raised:
        cluster.create("configmaps", {"metadata": {"name": "conf", "resourceVersion": "5"}})
    assert raised.value.code == 500


def test_the_namespace_of_a_cluster_scoped_object_is_dropped(cluster: Cluster) -> None:
    created = cluster.create("namespaces", {"metadata": {"name": "blue", "namespace": "default"}})
    assert "namespace" not in created["metadata"]


def test_a_name_is_taken_until_the_object_is_gone(cluster: Cluster) -> None:
    cluster.create("configmaps", {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}})
    cluster.delete("configmaps", "held")
    with pytest.raises(errors.AlreadyExists) as raised:
        cluster.create("configmaps", {"metadata": {"name": "held"}})
    assert raised.value.message == 'object is being deleted: configmaps "held" already exists'


@pytest.mark.parametrize(
    "spec, text",
    [
        pytest.param(
            {"serviceAccountName": "no"}, 'pods "web-" is forbidden: error looking up service account', id="before the name"
        ),
        pytest.param(
            {"priorityClassName": "no"}, 'pods "web-" is forbidden: no PriorityClass with name no was found', id="priority"
        ),
    ],
)
def test_mutating_admission_names_what_has_no_name_yet_by_its_prefix(cluster: Cluster, spec: Object, text: str) -> None:
    pod = {"metadata": {"generateName": "web-"}, "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec}}
    with pytest.raises(errors.Forbidden) as raised:
        cluster.create("pods", pod)
    assert raised.value.message.startswith(text)


def test_validating_admission_knows_the_generated_name(cluster: Cluster) -> None:
    quota = cluster.create("resourcequotas", {"metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}})
    cluster.patch("resourcequotas", "none", {"status": {**quota["spec"], "used": {"pods": "0"}}}, subresource="status")
    pod = {"metadata": {"generateName": "web-"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    with pytest.raises(errors.Forbidden, match=r'pods "web-[a-z0-9]{5}" is forbidden: exceeded quota'):
        cluster.create("pods", pod)


def test_a_generated_name_that_is_taken_is_generated_anew(cluster: Cluster) -> None:
    names = set()
    for _ in range(3):
        cluster.server.rng.seed(7)
        names.add(cluster.create("configmaps", {"metadata": {"generateName": "conf-"}})["metadata"]["name"])
    assert len(names) == 3


def test_an_applied_uid_asks_for_an_object_that_is_there(cluster: Cluster) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf", "uid": "x"}}
    with pytest.raises(errors.Conflict, match="uid mismatch: the provided object specified uid x, and no existing object"):
        send(cluster, "patch", body, content_type=APPLY_PATCH, params={"fieldManager": "me"})


def test_neither_name_nor_prefix(cluster: Cluster) -> None:
    with pytest.raises(errors.Invalid) as raised:
        cluster.create("configmaps", {"metadata": {}})
    assert raised.value.message == 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'
