"""Pods resized in place: what their containers are given, what has to wait, and what is started anew."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.kubelet.resizing import Refusal, judge_resize, needs_restart
from tests.kubelet.fakes import Cluster, make_node, make_pod

Object = dict[str, Any]


def make_container(cpu: str = "100m", memory: str = "64Mi", **fields: Any) -> Object:
    amounts = {"cpu": cpu, "memory": memory}
    return {"name": "main", "image": "busybox", "resources": {"requests": amounts, "limits": dict(amounts)}, **fields}


def resize(cluster: Cluster, **amounts: str) -> None:
    pod = cluster.get()
    cluster.apply({**pod, "spec": {**pod["spec"], "containers": [make_container(**amounts)]}})


def test_a_resize_that_fits_is_given_without_a_restart(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[make_container()]))
    resize(cluster, cpu="200m", memory="128Mi")
    status = cluster.container()
    assert status["resources"]["limits"] == status["allocatedResources"] == {"cpu": "200m", "memory": "128Mi"}
    assert status["restartCount"] == 0
    assert cluster.runtime.limits == {"main/0": 128 * 1024 * 1024}
    assert "PodResizePending" not in cluster.conditions()


def test_what_no_node_of_this_size_can_give_is_told_and_kept_from_the_container(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[make_container()]))
    resize(cluster, cpu="1000")
    told = "Node didn't have enough capacity: cpu, requested: 1000000, capacity: 2000"
    assert cluster.conditions()["PodResizePending"] == ("True", "Infeasible", told)
    assert cluster.container()["allocatedResources"] == {"cpu": "100m", "memory": "64Mi"}
    resize(cluster)
    assert "PodResizePending" not in cluster.conditions()


def test_what_does_not_fit_now_is_given_when_there_is_room(cluster: Cluster) -> None:
    cluster.apply(make_pod("other", containers=[make_container(cpu="1500m")]))
    cluster.apply(make_pod(containers=[make_container()]))
    resize(cluster, cpu="1")
    told = "Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000"
    assert cluster.conditions()["PodResizePending"] == ("True", "Deferred", told)
    cluster.delete("other")
    cluster.advance(60)
    assert "PodResizePending" not in cluster.conditions()
    assert cluster.container()["allocatedResources"]["cpu"] == "1"


def test_a_pending_resize_outlives_the_daemon(cluster: Cluster) -> None:
    cluster.apply(make_pod(containers=[make_container()]))
    resize(cluster, cpu="1000")
    cluster.start_kubelet()
    cluster.apply(cluster.get())
    assert cluster.conditions()["PodResizePending"][1] == "Infeasible"
    assert cluster.container()["allocatedResources"]["cpu"] == "100m"


def test_a_container_whose_policy_asks_for_it_is_started_anew(cluster: Cluster) -> None:
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]
    cluster.apply(make_pod(containers=[make_container(resizePolicy=policy)]))
    pod = cluster.get()
    cluster.apply({**pod, "spec": {**pod["spec"], "containers": [make_container(memory="32Mi", resizePolicy=policy)]}})
    assert "Container main resize requires restart" in cluster.messages("Killing")
    assert cluster.container()["restartCount"] == 1
    assert cluster.runtime.configs["uid-web/main/1"].memory_limit == 32 * 1024 * 1024


@pytest.mark.parametrize(
    ("resource", "after", "restarts"),
    [
        ("memory", {"limits": {"memory": "2Mi"}, "requests": {"cpu": "1"}}, True),
        ("memory", {"limits": {"memory": "1Mi"}, "requests": {"cpu": "2"}}, False),
        ("cpu", {"limits": {"memory": "1Mi"}, "requests": {"cpu": "2"}}, True),
    ],
    ids=["memory", "cpu, and only memory restarts", "cpu"],
)
def test_only_the_resource_of_the_policy_restarts(resource: str, after: Object, restarts: bool) -> None:
    container = {"name": "c", "resizePolicy": [{"resourceName": resource, "restartPolicy": "RestartContainer"}]}
    assert needs_restart(container, {"limits": {"memory": "1Mi"}, "requests": {"cpu": "1"}}, after) is restarts


def test_memory_is_named_before_cpu() -> None:
    pod = make_pod(containers=[make_container(cpu="1000", memory="1Ti")])
    told = f"Node didn't have enough capacity: memory, requested: {2**40}, capacity: {2**30}"
    assert judge_resize(pod, make_node(memory="1Gi"), []) == Refusal("Infeasible", told)
