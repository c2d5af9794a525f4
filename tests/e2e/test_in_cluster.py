"""Programs in pods reach the API: by what their environment and their files say, with the token of their service account."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.cri.sandbox import probe_sandbox
from minikube_py.testing import Cluster, ClusterOptions

Object = dict[str, Any]
PROGRAM = """
import json, os, ssl, sys, urllib.error, urllib.request
folder = "/var/run/secrets/kubernetes.io/serviceaccount"
token, namespace = (open(os.path.join(folder, name)).read() for name in ("token", "namespace"))
host = sys.argv[1] if len(sys.argv) > 1 else os.environ["KUBERNETES_SERVICE_HOST"]
url = f"https://{host}:{os.environ['KUBERNETES_SERVICE_PORT']}/api/v1/namespaces/{namespace}/pods"
request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
try:
    answer = urllib.request.urlopen(request, timeout=20, context=ssl.create_default_context(cafile=f"{folder}/ca.crt"))
    print(answer.status, *sorted(item["metadata"]["name"] for item in json.load(answer)["items"]))
except urllib.error.HTTPError as error:
    print(error.code, json.load(error)["message"])
"""
VIEW = [
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "view"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}],
    }
]
PATIENCE = 40.0


@pytest.fixture(scope="module", params=["process", "sandbox"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster whose pods are processes, with or without a network of their own."""
    if request.param == "sandbox" and (why := probe_sandbox()):
        pytest.skip(why)
    with Cluster(ClusterOptions(runtime=request.param)) as made:
        yield made


def run(cluster: Cluster, name: str, *arguments: str) -> str:
    """Run the program in a pod to its end, and return what it printed."""
    container = {"name": "main", "image": "busybox", "command": [sys.executable, "-c", PROGRAM, *arguments]}
    spec = {"restartPolicy": "Never", "containers": [container]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
    cluster.wait(f"pod/{name}", lambda pod: pod["status"].get("phase") in ("Succeeded", "Failed"), PATIENCE)
    return cluster.logs(name)


def test_a_pod_may_what_its_account_may(cluster: Cluster) -> None:
    refused = run(cluster, "first")
    assert refused.startswith('403 pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods"')
    cluster.apply(VIEW)
    assert run(cluster, "second") == "200 first second\n"


def test_the_api_has_names(cluster: Cluster) -> None:
    if cluster.options.runtime != "sandbox":
        pytest.skip("pods have no names of their own without a network of their own")
    cluster.apply(VIEW)
    assert run(cluster, "third", "kubernetes.default.svc").startswith("200 ")
