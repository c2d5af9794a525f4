"""Ephemeral containers: started in a pod that runs, once, beside what counts for its status."""

from __future__ import annotations

from typing import Any

from minikube_py.kubelet.container_config import make_sandbox_config
from minikube_py.kubelet.node_services import KubeletOptions
from tests.kubelet.fakes import Cluster, make_pod

Object = dict[str, Any]
DEBUGGER = {"name": "dbg", "image": "busybox", "command": ["sh"]}


def add(cluster: Cluster, **fields: Any) -> Object:
    """Add an ephemeral container to the pod and return its status."""
    pod = cluster.get()
    pod["spec"]["ephemeralContainers"] = [{**DEBUGGER, **fields}]
    cluster.apply(pod)
    return find_status(cluster)


def find_status(cluster: Cluster) -> Object:
    (status,) = cluster.status()["ephemeralContainerStatuses"]
    found: Object = status
    return found


def test_one_is_started_once_and_never_ready(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    status = add(cluster)
    assert "running" in status["state"] and not status["ready"] and status["restartCount"] == 0
    uid = cluster.get()["metadata"]["uid"]
    cluster.runtime.exit(f"{uid}/dbg/0", 4)
    cluster.apply(cluster.get())
    ended = find_status(cluster)
    assert (ended["state"]["terminated"]["exitCode"], ended["restartCount"]) == (4, 0)
    assert cluster.status()["phase"] == "Running"
    assert cluster.conditions()["Ready"][0] == "True"
    assert "spec.ephemeralContainers{dbg}" in cluster.events.paths


def test_one_with_a_target_tells_the_runtime(cluster: Cluster) -> None:
    cluster.apply(make_pod())
    add(cluster, targetContainerName=cluster.get()["spec"]["containers"][0]["name"])
    configs = {config.name: config.target for config in cluster.runtime.configs.values()}
    assert configs == {"main": "", "dbg": "main"}


def test_a_target_that_never_ran_is_waited_for(cluster: Cluster) -> None:
    cluster.apply(make_pod(initContainers=[{"name": "setup", "image": "busybox"}]))
    status = add(cluster, targetContainerName="main")
    assert status["state"]["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": "unable to find target container main",
    }


def test_a_pod_may_ask_for_the_processes_of_the_node(cluster: Cluster, tmp_path: Any) -> None:
    options = KubeletOptions("minikube", tmp_path, "192.168.49.2")
    assert [make_sandbox_config(make_pod(hostPID=wanted), options).host_pid for wanted in (True, False)] == [True, False]
