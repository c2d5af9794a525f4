"""Walk-through 7: everything that a pod is, as the cluster keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.shell import Shell


@pytest.fixture(scope="module")
def pod(cluster: Shell) -> str:
    """The name of a pod that a ReplicationController made."""
    assert cluster.out("kubectl create -f crane-controller.json") == "replicationcontroller/crane created\n"
    cluster.wait_for("kubectl get rc crane", r"crane +2 +2 +2 ")
    return cluster.out("kubectl get po -l run=crane -o jsonpath={.items[0].metadata.name}")


def read_pod(cluster: Shell, pod: str) -> Any:
    return json.loads(cluster.out(f"kubectl get po {pod} -o json"))


def test_the_spec_shows_what_was_filled_in(cluster: Shell, pod: str) -> None:
    spec = read_pod(cluster, pod)["spec"]
    container = spec["containers"][0]
    filled_in = {name: container[name] for name in ("imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy")}
    assert filled_in == {
        "imagePullPolicy": "Always",
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }
    names = ("dnsPolicy", "restartPolicy", "schedulerName", "serviceAccountName", "terminationGracePeriodSeconds", "nodeName")
    assert [spec[name] for name in names] == ["ClusterFirst", "Always", "default-scheduler", "default", 30, "minikube"]


def test_the_service_accounts_volume_is_mounted(cluster: Shell, pod: str) -> None:
    spec = read_pod(cluster, pod)["spec"]
    (mount,) = spec["containers"][0]["volumeMounts"]
    (volume,) = spec["volumes"]
    assert (mount["mountPath"], mount["readOnly"]) == ("/var/run/secrets/kubernetes.io/serviceaccount", True)
    assert (mount["name"], mount["name"].startswith("kube-api-access-")) == (volume["name"], True)
    files = cluster.out(f"kubectl exec {pod} -- ls /var/run/secrets/kubernetes.io/serviceaccount").split()
    assert files == ["ca.crt", "namespace", "token"]


def test_the_status_tells_how_it_is(cluster: Shell, pod: str) -> None:
    status = read_pod(cluster, pod)["status"]
    conditions = {condition["type"]: condition["status"] for condition in status["conditions"]}
    expected = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    assert conditions == dict.fromkeys(expected, "True")
    assert (status["phase"], status["qosClass"], status["hostIP"]) == ("Running", "BestEffort", "192.168.49.2")
    (container,) = status["containerStatuses"]
    assert (container["ready"], container["started"], container["restartCount"]) == (True, True, 0)
    assert container["containerID"].startswith("containerd://")
    assert container["imageID"].startswith("docker.io/heejeong/crane@sha256:")


def test_yaml_and_json_say_the_same(cluster: Shell, pod: str) -> None:
    lines = cluster.out(f"kubectl get po {pod} -o yaml").splitlines()
    assert lines[:2] == ["apiVersion: v1", "kind: Pod"]
    assert f"  name: {pod}" in lines
    listed = json.loads(cluster.out("kubectl get po -o json"))
    assert (listed["apiVersion"], listed["kind"], len(listed["items"])) == ("v1", "List", 2)


@pytest.mark.parametrize(
    "command, beginning",
    [
        ("kubectl explain pods", ["KIND:       Pod", "VERSION:    v1", "", "DESCRIPTION:"]),
        ("kubectl explain pods.metadata", ["KIND:       Pod", "VERSION:    v1", "", "FIELD: metadata <ObjectMeta>"]),
        ("kubectl explain pods --recursive", ["KIND:       Pod", "VERSION:    v1", "", "DESCRIPTION:"]),
    ],
    ids=["kind", "field", "recursive"],
)
def test_explain(cluster: Shell, command: str, beginning: list[str]) -> None:
    lines = cluster.out(command).splitlines()
    assert lines[:4] == beginning
    nested = "    containers\t<[]Container> -required-"
    assert (nested in lines) == ("--recursive" in command)


def test_logs_of_a_named_container(cluster: Shell, pod: str) -> None:
    assert cluster.out(f"kubectl logs {pod} -c crane") == "Crane server starting...\n"
    assert cluster.fail(f"kubectl logs {pod} -c other") == f"error: container other is not valid for pod {pod}\n"


def test_logs_go_when_the_pod_goes(cluster: Shell, pod: str) -> None:
    cluster.out("kubectl delete rc crane")
    cluster.wait_for("kubectl get pods 2>&1", "No resources found in default namespace.")
    gone = f'error: error from server (NotFound): pods "{pod}" not found in namespace "default"\n'
    assert cluster.fail(f"kubectl logs {pod}") == gone
