"""A patch of a status: what it may touch is decoded and judged, and the rest stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
POD = {"metadata": {"name": "p", "labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def patch(cluster: Cluster, body: Any, content_type: str) -> Object:
    request = Request("patch", "", "v1", "pods", "default", "p", "status", body=body, content_type=content_type)
    answer: Object = cluster.server.handle(request._replace(params={"fieldManager": "kubelet"})).object
    return answer


@pytest.fixture(params=[MERGE_PATCH, STRATEGIC_MERGE_PATCH])
def kind_of_patch(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_but_the_status_stays(cluster: Cluster, kind_of_patch: str) -> None:
    before = cluster.create("pods", POD)
    after = patch(
        cluster, {"status": {"phase": "Running"}, "spec": {"nodeName": "n"}, "metadata": {"labels": {"a": "c"}}}, kind_of_patch
    )
    assert after["status"]["phase"] == "Running" and after["spec"] == before["spec"]
    assert after["metadata"]["labels"] == {"a": "b"}
    assert cluster.get("pods", "p") == after


def test_the_writer_of_the_status_is_told_beside_the_others(cluster: Cluster, kind_of_patch: str) -> None:
    before = cluster.create("pods", POD)["metadata"]["managedFields"]
    after = patch(
        cluster,
        {"metadata": {"uid": cluster.get("pods", "p")["metadata"]["uid"]}, "status": {"phase": "Running"}},
        kind_of_patch,
    )
    told = {entry["manager"]: entry for entry in after["metadata"]["managedFields"]}
    assert told["kubelet"]["subresource"] == "status" and told["kubelet"]["fieldsV1"] == {"f:status": {"f:phase": {}}}
    assert all(entry in after["metadata"]["managedFields"] for entry in before)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"metadata": {"uid": "other"}, "status": {"phase": "Running"}}, errors.StatusError),
        ({"metadata": None, "status": {}}, errors.BadRequest),
        ({"metadata": {"name": "q"}, "status": {}}, errors.BadRequest),
        ({"status": {"phase": 1}}, errors.StatusError),
    ],
    ids=["another uid", "no metadata", "another name", "a wrong type"],
)
def test_what_cannot_be_is_refused(cluster: Cluster, kind_of_patch: str, body: Object, error: type[Exception]) -> None:
    before = cluster.create("pods", POD)
    with pytest.raises(error):
        patch(cluster, body, kind_of_patch)
    assert cluster.get("pods", "p") == before
