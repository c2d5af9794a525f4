"""The cluster that a test owns: it does what a cluster does, in this process, and leaves nothing behind."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import NotFound
from minikube_py.testing import Cluster, ClusterOptions
from minikube_py.testing.control_plane import THREAD_NAME
from tests.testing import manifests

Object = dict[str, Any]
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "*/20 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: hello-world}]}}}}
"""
WIDGETS = f"{manifests.WIDGETS}size: 1\n"


def make_map(name: str, **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_a_deployment_comes_up(cluster: Cluster) -> None:
    cluster.apply(DEPLOYMENT)
    made = cluster.wait("deployment/web", "Available")
    assert made["status"]["readyReplicas"] == 2
    assert {pod["status"]["phase"] for pod in cluster.list("pods", labelSelector="app=web")} == {"Running"}


def test_manifests_are_objects_texts_and_files(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "three.json").write_text('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "three"}}')
    many = {"apiVersion": "v1", "kind": "List", "items": [make_map("four"), make_map("five")]}
    for manifest in (make_map("one"), [make_map("two")], tmp_path, str(tmp_path / "three.json"), many):
        cluster.apply(manifest)
    assert {obj["metadata"]["name"] for obj in cluster.list("cm", "default")} >= {"one", "two", "three", "four", "five"}


def test_applying_again_changes_what_is_there(cluster: Cluster) -> None:
    cluster.apply(make_map("settings", a="1"))
    (stored,) = cluster.apply(make_map("settings", b="2"))
    assert stored["data"] == {"b": "2"} == cluster.get("cm/settings")["data"]


def test_objects_of_a_new_kind_can_come_with_it(cluster: Cluster) -> None:
    cluster.apply(WIDGETS)
    assert cluster.get("widget", "small")["size"] == 1


def test_what_is_deleted_is_gone(cluster: Cluster) -> None:
    cluster.apply(DEPLOYMENT)
    cluster.wait("deployment/web", "Available")
    cluster.delete("deployment/web")
    cluster.wait("deployment/web", "delete")
    with pytest.raises(NotFound):
        cluster.get("deployment/web")


def test_waiting_takes_functions_and_ends_in_time(cluster: Cluster) -> None:
    cluster.apply(make_map("settings", a="1"))
    assert cluster.wait("cm/settings", lambda obj: obj["data"]["a"] == "1")["data"] == {"a": "1"}
    with pytest.raises(TimeoutError, match="pods/nobody: not Ready after 0 seconds\n  it is not there"):
        cluster.wait("pod/nobody", "Ready", timeout=0)


@pytest.mark.parametrize("condition", ["jsonpath=", "jsonpath={.a}=1=2"])
def test_a_condition_that_says_nothing_is_refused(cluster: Cluster, condition: str) -> None:
    with pytest.raises(ValueError, match="jsonpath"):
        cluster.wait("pod/web", condition)


@pytest.mark.cluster(clock="fake", nodes=3)
def test_time_passes_when_it_is_told_to(cluster: Cluster) -> None:
    began = cluster.now()
    cluster.apply(CRON_JOB)
    assert cluster.list("jobs") == []
    cluster.advance("1h5m")
    assert cluster.now() == began + 3900
    jobs = cluster.list("jobs")
    assert len(jobs) == 3
    assert all(job["status"]["succeeded"] == 1 for job in jobs)
    assert len(cluster.list("nodes")) == 3


def test_the_same_happens_each_time_on_a_fake_clock(make_cluster: Callable[..., Cluster]) -> None:
    def play() -> list[tuple[str, str, str]]:
        cluster = make_cluster(clock="fake", nodes=3, seed=7)
        cluster.apply(DEPLOYMENT)
        pods = cluster.list("pods")
        return [(pod["metadata"]["name"], pod["metadata"]["uid"], pod["spec"]["nodeName"]) for pod in pods]

    first = play()
    assert len(first) == 2
    assert play() == first


def test_clusters_do_not_know_each_other(make_cluster: Callable[..., Cluster]) -> None:
    one, other = make_cluster(), make_cluster()
    one.apply(make_map("settings"))
    with pytest.raises(NotFound):
        other.get("cm/settings")
    assert one.url != other.url


def test_nodes_can_be_added(cluster: Cluster) -> None:
    taint = {"key": "gpu", "effect": "NoSchedule"}
    node = cluster.add_node("big", {"size": "big"}, [taint], cpu="64")
    assert node["status"]["allocatable"]["cpu"] == "64"
    assert node["metadata"]["labels"]["size"] == "big"
    pod = {"containers": [{"name": "main", "image": "nginx"}], "nodeSelector": {"size": "big"}}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "picky"}, "spec": pod})
    cluster.wait("pod/picky", "PodScheduled=False")
    assert [event["reason"] for event in cluster.events("pod/picky")] == ["FailedScheduling"]
    pod["tolerations"] = [{"key": "gpu", "operator": "Exists"}]
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "patient"}, "spec": pod})
    assert cluster.wait("pod/patient", "Ready")["spec"]["nodeName"] == "big"


def test_the_kubeconfig_is_the_owners_alone(cluster: Cluster, kubeconfig: Path) -> None:
    assert os.environ["KUBECONFIG"] == str(kubeconfig) == str(cluster.kubeconfig)
    assert stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600


def test_nothing_is_left() -> None:
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    with Cluster() as cluster:
        cluster.apply(make_map("settings"))
        folder = cluster.folder
        assert any(thread.name.startswith(THREAD_NAME) for thread in threading.enumerate())
    assert not folder.exists()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith((THREAD_NAME, "webhooks"))]
    if before:
        assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (ClusterOptions(nodes=0), "at least one node"),
        (ClusterOptions(clock="fake", runtime="process"), "a fake clock needs the fake runtime"),
        (ClusterOptions(clock="sundial"), "no such clock"),  # type: ignore[arg-type]
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_options_that_do_not_fit_are_refused(options: ClusterOptions, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Cluster(options).start()
