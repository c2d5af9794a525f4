"""NodeMetrics and PodMetrics over the API: objects, tables, selectors, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apiserver.metrics import CPU, MEMORY
from minikube_py.client.request import Request
from minikube_py.client.resources import POD_METRICS
from minikube_py.cmd.components import make_client
from tests.kubectl.cmd.conftest import Cluster, Kubectl
from tests.kubectl.cmd.conftest import cluster as cluster
from tests.kubectl.cmd.conftest import kubectl as kubectl
from tests.kubectl.cmd.pods import create_pod, set_status

Object = dict[str, Any]


@pytest.fixture(autouse=True)
def web(cluster: Cluster) -> None:
    cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "minikube"}})
    create_pod(cluster, "web", ("a", "b"), labels={"app": "web"}, annotations={CPU: "0.0000015", MEMORY: "1500Ki"})
    set_status(cluster, "web")


def test_pod_metrics_look_as_metrics_server_makes_them(kubectl: Kubectl) -> None:
    found = json.loads(kubectl("get podmetrics web -o json").stdout)
    stamp = found["timestamp"]
    assert found == {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "kind": "PodMetrics",
        "metadata": {"name": "web", "namespace": "default", "creationTimestamp": stamp, "labels": {"app": "web"}},
        "timestamp": stamp,
        "window": "15s",
        "containers": [{"name": name, "usage": {"cpu": "1500n", "memory": "1500Ki"}} for name in ("a", "b")],
    }


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("podmetrics", ["NAME CPU MEMORY WINDOW", "web 3u 3000Ki 15s"]),
        ("nodes.metrics.k8s.io", ["NAME CPU MEMORY WINDOW", "minikube 3u 3000Ki 15s"]),
        ("podmetrics -A", ["NAMESPACE NAME CPU MEMORY WINDOW", "default web 3u 3000Ki 15s"]),
        ("podmetrics -l app=web --no-headers", ["web 3u 3000Ki 15s"]),
        ("podmetrics --field-selector=metadata.name=web --no-headers", ["web 3u 3000Ki 15s"]),
        ("podmetrics -l app=other", []),
        ("--raw /apis/metrics.k8s.io/v1beta1/namespaces/default/pods/nope", []),
    ],
)
def test_tables_and_selectors(kubectl: Kubectl, words: str, lines: list[str]) -> None:
    assert [" ".join(line.split()) for line in kubectl(f"get {words}").stdout.splitlines()] == lines


def test_lists_carry_items_without_type(kubectl: Kubectl) -> None:
    found = json.loads(kubectl("get --raw /apis/metrics.k8s.io/v1beta1/nodes").stdout)
    assert (found["kind"], found["apiVersion"], found["metadata"]) == ("NodeMetricsList", "metrics.k8s.io/v1beta1", {})
    assert [set(item) for item in found["items"]] == [{"metadata", "timestamp", "window", "usage"}]


@pytest.mark.parametrize("words", ["delete podmetrics web", "annotate podmetrics web a=b", "get podmetrics -w"])
def test_nothing_can_be_written_or_watched(kubectl: Kubectl, words: str) -> None:
    outcome = kubectl(words)
    assert outcome.code == 1
    assert "the server does not allow this method on the requested resource" in outcome.stderr


def test_they_can_be_explained(kubectl: Kubectl) -> None:
    shown = kubectl("explain podmetrics.containers").stdout
    assert "GROUP:      metrics.k8s.io" in shown and "usage\t<map[string]Quantity> -required-" in shown


def test_discovery_tells_of_them(kubectl: Kubectl) -> None:
    names = [line.split()[:4] for line in kubectl("api-resources --api-group=metrics.k8s.io --no-headers").stdout.splitlines()]
    assert names == [
        ["nodes", "metrics.k8s.io/v1beta1", "false", "NodeMetrics"],
        ["pods", "metrics.k8s.io/v1beta1", "true", "PodMetrics"],
    ]


def test_a_controller_reads_them_through_its_client(cluster: Cluster) -> None:
    client = make_client(cluster.server, "kube-controller-manager")
    found = client.list(POD_METRICS, "default", "app=web")["items"]
    assert [c["usage"]["cpu"] for item in found for c in item["containers"]] == ["1500n", "1500n"]
    assert client.list(POD_METRICS, "default", "app=other")["items"] == []


def test_where_nothing_is_known_the_group_is_not_served(cluster: Cluster) -> None:
    cluster.server.handle(Request("delete", "", "v1", "pods", "default", "web", body={"gracePeriodSeconds": 0}))
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        make_client(cluster.server, "kube-controller-manager").list(POD_METRICS, "default")
