"""The subresource pods/ephemeralcontainers: what it takes, what it leaves alone, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Conflict, MethodNotAllowed, StatusError
from minikube_py.client.request import STRATEGIC_MERGE_PATCH, Request
from tests.kubectl.cmd.conftest import Cluster
from tests.kubectl.cmd.conftest import cluster as cluster
from tests.kubectl.cmd.pods import create_pod

Object = dict[str, Any]
DEBUGGER = {"name": "dbg", "image": "busybox"}


def send(cluster: Cluster, verb: str, body: Object | None = None) -> Object:
    content = STRATEGIC_MERGE_PATCH if verb == "patch" else "application/json"
    request = Request(verb, "", "v1", "pods", "default", "web", "ephemeralcontainers", body=body, content_type=content)
    found: Object = cluster.server.handle(request).object
    return found


def add(cluster: Cluster, **fields: Any) -> Object:
    return send(cluster, "patch", {"spec": {"ephemeralContainers": [{**DEBUGGER, **fields}]}})


@pytest.fixture(autouse=True)
def web(cluster: Cluster) -> Object:
    return create_pod(cluster, "web", volumes=[{"name": "v", "emptyDir": {}}])


def test_a_container_is_added_with_defaults(cluster: Cluster) -> None:
    (made,) = add(cluster)["spec"]["ephemeralContainers"]
    assert made == {
        **DEBUGGER,
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always",
    }
    assert send(cluster, "get")["spec"]["ephemeralContainers"] == [made]


def test_nothing_else_changes(cluster: Cluster) -> None:
    changed = cluster.get("pods", "web")
    changed["metadata"]["labels"] = {"new": "label"}
    changed["spec"] |= {"ephemeralContainers": [DEBUGGER], "nodeName": "other"}
    updated = send(cluster, "update", changed)
    assert (updated["metadata"].get("labels"), updated["spec"]["nodeName"]) == (None, "minikube")
    assert [c["name"] for c in updated["spec"]["ephemeralContainers"]] == ["dbg"]


def test_an_old_version_conflicts(cluster: Cluster) -> None:
    stale = cluster.get("pods", "web")
    add(cluster)
    with pytest.raises(Conflict):
        send(cluster, "update", stale)


REFUSED: dict[str, tuple[Object, str]] = {
    "probe": (
        {"livenessProbe": {"exec": {"command": ["a"]}}},
        "livenessProbe: Forbidden: cannot be set for an Ephemeral Container",
    ),
    "ports": ({"ports": [{"containerPort": 80}]}, "ports: Forbidden: cannot be set for an Ephemeral Container"),
    "resources": ({"resources": {"limits": {"cpu": "1"}}}, "resources: Forbidden: cannot be set for an Ephemeral Container"),
    "restart policy": ({"restartPolicy": "Always"}, "restartPolicy: Forbidden: cannot be set for an Ephemeral Container"),
    "lifecycle": ({"lifecycle": {}}, "lifecycle: Forbidden: cannot be set for an Ephemeral Container"),
    "sub path": (
        {"volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "x"}]},
        "volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container",
    ),
    "target": ({"targetContainerName": "nope"}, 'targetContainerName: Not found: "nope"'),
    "taken name": ({"name": "main"}, 'name: Duplicate value: "main"'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_such_a_container_may_not_have(cluster: Cluster, case: str) -> None:
    fields, problem = REFUSED[case]
    with pytest.raises(StatusError) as caught:
        add(cluster, **fields)
    assert caught.value.message == f'Pod "web" is invalid: spec.ephemeralContainers[0].{problem}'


def test_they_are_never_removed(cluster: Cluster) -> None:
    bare = add(cluster)
    del bare["spec"]["ephemeralContainers"]
    with pytest.raises(StatusError) as caught:
        send(cluster, "update", bare)
    expected = (
        'Pod "web" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be removed\n'
    )
    assert caught.value.message == expected


@pytest.mark.parametrize("verb", ["create", "delete"])
def test_other_verbs(cluster: Cluster, verb: str) -> None:
    with pytest.raises(MethodNotAllowed):
        send(cluster, verb, {})
