"""cluster-info, its dump, and version."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.client.streams import LogRequest
from minikube_py.kubectl.cmd.cluster_info import find_link
from minikube_py.kubectl.cmd.version import warn_of_skew
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

Object = dict[str, Any]
MORE = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"


class Logs:
    """Streams that have a line of each container but those called bad."""

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        if request.container == "bad":
            raise BadRequest("container is waiting")
        return iter((f"{namespace} {pod} {request.container}\n".encode(),))


@pytest.fixture(autouse=True)
def objects(cluster: Cluster) -> None:
    """A node, and a pod with three containers."""
    cluster.streams = Logs()
    cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})
    spec = {
        "initContainers": [{"name": "first", "image": "x"}],
        "containers": [{"name": "main", "image": "x"}, {"name": "bad", "image": "x"}],
    }
    cluster.create("", "pods", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}, "default")


LOGS = """==== START logs for container first of pod default/web ====
default web first
==== END logs for container first of pod default/web ====
==== START logs for container main of pod default/web ====
default web main
==== END logs for container main of pod default/web ====
==== START logs for container bad of pod default/web ====
Request log error: container is waiting
==== END logs for container bad of pod default/web ====
"""


def test_dump_to_stdout(kubectl: Kubectl) -> None:
    outcome = kubectl("cluster-info dump")
    assert outcome.code == 0
    assert outcome.stdout.endswith(LOGS)
    objects = outcome.stdout.removesuffix(LOGS)
    decoder, kinds = json.JSONDecoder(), []
    while objects:
        found, end = decoder.raw_decode(objects)
        kinds.append(found["kind"])
        objects = objects[end:].lstrip("\n")
    each = ["Event", "ReplicationController", "Service", "DaemonSet", "Deployment", "ReplicaSet", "Pod"]
    assert kinds == ["NodeList", *(f"{kind}List" for kind in each), *(f"{kind}List" for kind in each)]


@pytest.mark.parametrize(
    ("words", "folders"),
    [("", ["default", "kube-system"]), ("--namespaces=default", ["default"]), ("-A", ["default", "kube-system"])],
)
def test_dump_to_a_folder(kubectl: Kubectl, tmp_path: Path, words: str, folders: list[str]) -> None:
    state = tmp_path / "state"
    outcome = kubectl(f"cluster-info dump --output-directory={state} -o yaml {words}")
    assert outcome == Outcome(f"Cluster info dumped to {state}\n", "", 0)
    assert sorted(path.name for path in state.iterdir()) == [*folders, "nodes.yaml"]
    assert (state / "default" / "web" / "logs.txt").read_text() == LOGS
    names = ["daemonsets", "deployments", "events", "pods", "replicasets", "replication-controllers", "services"]
    assert sorted(path.stem for path in (state / "default").glob("*.yaml")) == names
    assert {path.stat().st_mode & 0o077 for path in state.rglob("*")} == {0}


def test_cluster_info(kubectl: Kubectl) -> None:
    said = "Kubernetes control plane is running at https://127.0.0.1:8443\n" + MORE
    assert kubectl("cluster-info") == Outcome(said, "", 0)


@pytest.mark.parametrize(
    ("ports", "ingress", "link"),
    [
        ([], [], "https://s/api/v1/namespaces/n/services/dns/proxy"),
        ([{"port": 53, "name": "dns"}], [], "https://s/api/v1/namespaces/n/services/dns:dns/proxy"),
        ([{"port": 443}], [], "https://s/api/v1/namespaces/n/services/https:dns:/proxy"),
        ([{"port": 80}, {"port": 81}], [{"ip": "1.2.3.4"}], "http://1.2.3.4:80 http://1.2.3.4:81 "),
    ],
)
def test_links(ports: list[Object], ingress: list[Object], link: str) -> None:
    service = {
        "metadata": {"name": "dns", "namespace": "n"},
        "spec": {"ports": ports},
        "status": {"loadBalancer": {"ingress": ingress}},
    }
    assert find_link(service, "https://s") == link


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("version x y", "error: extra arguments: [x y]\n"),
        ("version -o xml", "error: --output must be 'yaml' or 'json'\n"),
    ],
)
def test_version_refuses(kubectl: Kubectl, words: str, error: str) -> None:
    assert kubectl(words) == Outcome("", error, 1)


def test_version(kubectl: Kubectl) -> None:
    assert kubectl("version --client x").stdout.startswith("Client Version: v1.33.")
    assert kubectl("version --client -o yaml").stdout.endswith("kustomizeVersion: v5.6.0\n\n")


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ("v1.33.0", ""),
        ("v1.34.1-gke.5", ""),
        ("v1.31.9", "client (1.33) and server (1.31)"),
        ("v2.33.0", "client (1.33) and server (2.33)"),
    ],
)
def test_a_server_of_another_version_is_warned_of(theirs: str, told: str) -> None:
    factory = Factory(
        lambda target: pytest.fail("no cluster needed"), None, Streams(io.StringIO(), io.StringIO(), io.StringIO())
    )
    warn_of_skew("v1.33.13", theirs, factory)
    told = told and f"WARNING: version difference between {told} exceeds the supported minor version skew of +/-1\n"
    assert factory.streams.stderr.getvalue() == told  # type: ignore[attr-defined]
