"""Bindings: by the subresource and by the kind of its own."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def ask(cluster: Cluster, name: str, target: Object, *, by_kind: bool) -> None:
    """Bind a pod."""
    body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
    pod = Request("create", "", "v1", "pods", "default", name, "binding", body=body)
    own = Request("create", "", "v1", "bindings", "default", body=body)
    cluster.server.handle(own if by_kind else pod)


@pytest.fixture
def pod(cluster: Cluster) -> str:
    """A pod without a node."""
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    cluster.create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    return "p"


@pytest.mark.parametrize("by_kind", [True, False], ids=["bindings", "pods/binding"])
def test_binds(cluster: Cluster, pod: str, by_kind: bool) -> None:
    ask(cluster, pod, {"kind": "Node", "name": "n1"}, by_kind=by_kind)
    found = cluster.get("pods", pod)
    assert found["spec"]["nodeName"] == "n1"
    assert [c["status"] for c in found["status"]["conditions"] if c["type"] == "PodScheduled"] == ["True"]


@pytest.mark.parametrize("by_kind", [True, False], ids=["bindings", "pods/binding"])
@pytest.mark.parametrize(
    ("name", "target", "text"),
    [
        ("nope", {"name": "n1"}, 'pods "nope" not found'),
        ("p", {}, "target.name: Required value"),
        ("p", {"kind": "Pod", "name": "n"}, 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"'),
    ],
)
def test_refuses(cluster: Cluster, pod: str, by_kind: bool, name: str, target: Object, text: str) -> None:
    with pytest.raises(StatusError) as caught:
        ask(cluster, name, target, by_kind=by_kind)
    assert text in caught.value.message


def test_a_bound_pod_stays(cluster: Cluster, pod: str) -> None:
    ask(cluster, pod, {"name": "n1"}, by_kind=True)
    with pytest.raises(StatusError, match='pod p is already assigned to node "n1"'):
        ask(cluster, pod, {"name": "n2"}, by_kind=True)
