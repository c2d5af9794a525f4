"""top: tables, orders and errors, over what pods say or a Measurer measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from minikube_py.apiserver.metrics import CPU, MEMORY, Usage
from tests.kubectl.cmd.conftest import Cluster, Kubectl
from tests.kubectl.cmd.pods import create_pod, set_status

Object = dict[str, Any]
MI = 1024**2


class Measured:
    """A Measurer that gives the same each time."""

    def __init__(self, *usages: Usage, able: bool = True) -> None:
        self._usages, self._able = usages, able

    def is_able(self) -> bool:
        return self._able

    def measure(self) -> Sequence[Usage]:
        return self._usages


def create_node(cluster: Cluster, name: str) -> None:
    amounts = {"cpu": "4", "memory": "8Gi"}
    status = {"allocatable": {"cpu": "2", "memory": "4Gi"}, "capacity": amounts}
    body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"name": name}}, "status": status}
    cluster.create("", "nodes", body)


@pytest.fixture
def measured(cluster: Cluster) -> None:
    """Two nodes, one used by two pods: `web` with two containers, `abc` with one."""
    create_node(cluster, "minikube")
    create_node(cluster, "minikube-m02")
    web = create_pod(cluster, "web", ("b", "a"), labels={"app": "web"})["metadata"]["uid"]
    abc = create_pod(cluster, "abc", ("z",))["metadata"]["uid"]
    set_status(cluster, "abc")
    cluster.server.extensions["metrics"] = Measured(
        Usage(web, "b", 0.0012345, 12.9 * MI, 15.0),
        Usage(web, "a", 0.0912345, 2 * MI, 12.5),
        Usage(abc, "z", 0.5, 345 * 1024, 20.0),
    )


TABLES = {
    "pod": """
NAME   CPU(cores)   MEMORY(bytes)
abc    500m         0Mi
web    93m          14Mi
""",
    "pod -A --containers": """
NAMESPACE   POD   NAME   CPU(cores)   MEMORY(bytes)
default     abc   z      500m         0Mi
default     web   a      92m          2Mi
default     web   b      2m           12Mi
""",
    "pods --sum --sort-by=memory": """
NAME   CPU(cores)   MEMORY(bytes)
web    93m          14Mi
abc    500m         0Mi
       ________     ________
       593m         15Mi
""",
    "po --containers --sum --sort-by=cpu": """
POD   NAME   CPU(cores)   MEMORY(bytes)
abc   z      500m         0Mi
web   a      92m          2Mi
web   b      2m           12Mi
             ________     ________
             593m         15Mi
""",
    "pod -A --sum --containers --no-headers": """
default   abc        z          500m   0Mi
default   web        a          92m    2Mi
default   web        b          2m     12Mi
          ________   ________
          593m       15Mi
""",
    "pod web --containers --sort-by=memory": """
POD   NAME   CPU(cores)   MEMORY(bytes)
web   b      2m           12Mi
web   a      92m          2Mi
""",
    "pod -l app=web --use-protocol-buffers=false": """
NAME   CPU(cores)   MEMORY(bytes)
web    93m          14Mi
""",
    "pod --field-selector=status.phase=Running": """
NAME   CPU(cores)   MEMORY(bytes)
abc    500m         0Mi
""",
    "node": """
NAME           CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
minikube       593m         29%      15Mi            0%
minikube-m02   0m           0%       0Mi             0%
""",
    "nodes minikube --show-capacity --no-headers": """
minikube   593m   14%   15Mi   0%
""",
    "no -l name=minikube-m02": """
NAME           CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)
minikube-m02   0m           0%       0Mi             0%
""",
}


@pytest.mark.parametrize("words", TABLES)
def test_tables(kubectl: Kubectl, measured: None, words: str) -> None:
    outcome = kubectl(f"top {words}")
    shown = "\n".join(line.rstrip() for line in outcome.stdout.splitlines())
    assert (shown, outcome.stderr, outcome.code) == (TABLES[words].strip("\n"), "", 0)


REFUSED = {
    "pod a b": "error: pod [NAME | -l label]\nSee 'kubectl top pod -h' for help and examples",
    "node a b": "error: node [NAME | -l label]\nSee 'kubectl top node -h' for help and examples",
    "pod web -l a": "error: only one of NAME or selector can be provided",
    "pod web --field-selector=a=b": "error: only one of NAME or selector can be provided",
    "node minikube -l a": "error: only one of NAME or --selector can be provided",
    "pod --sort-by=name": "error: --sort-by accepts only cpu or memory",
    "node --sort-by=name": "error: --sort-by accepts only cpu or memory",
    "pod nope": 'Error from server (NotFound): pods "nope" not found',
    "pod quiet": 'Error from server (NotFound): podmetrics.metrics.k8s.io "default/quiet" not found',
    "node nope": 'Error from server (NotFound): nodes "nope" not found',
    "pod -l app=quiet": "error: metrics not available yet",
    "node -l app=none": "error: metrics not available yet",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_shown(kubectl: Kubectl, cluster: Cluster, measured: None, words: str) -> None:
    create_pod(cluster, "quiet", labels={"app": "quiet"})
    assert kubectl(f"top {words}") == ("", REFUSED[words] + "\n", 1)


def test_pods_of_which_nothing_was_ever_known(kubectl: Kubectl, cluster: Cluster, measured: None) -> None:
    create_pod(cluster, "quiet", labels={"app": "quiet"})
    cluster.clock.advance(150.5)
    expected = "error: Metrics not available for pod default/quiet, age: 2m30.5s\n"
    assert kubectl("top pod -l app=quiet").stderr == expected


@pytest.mark.parametrize(("flags", "where"), [("", " in default namespace."), ("-A", "")])
def test_no_pods(kubectl: Kubectl, measured: None, flags: str, where: str) -> None:
    assert kubectl(f"top pod -l app=none {flags}") == ("", f"No resources found{where}\n", 0)


@pytest.mark.parametrize("words", ["pod", "node", "pod web"])
def test_a_cluster_that_measures_nothing(kubectl: Kubectl, cluster: Cluster, words: str) -> None:
    create_pod(cluster, "web")
    assert kubectl(f"top {words}") == ("", "error: Metrics API not available\n", 1)
    assert "metrics.k8s.io" not in kubectl("api-versions").stdout
    assert kubectl("get podmetrics").stderr == 'error: the server doesn\'t have a resource type "podmetrics"\n'


def test_pods_may_say_what_they_use_where_nothing_is_measured(kubectl: Kubectl, cluster: Cluster) -> None:
    cluster.server.extensions["metrics"] = Measured(able=False)
    create_pod(cluster, "web", ("a", "b"), annotations={CPU: "250m", MEMORY: "64Mi"})
    assert kubectl("top pod").stderr == "error: metrics not available yet\n"
    set_status(cluster, "web")
    assert kubectl("top pod --no-headers").stdout.split() == ["web", "500m", "128Mi"]
    assert "metrics.k8s.io/v1beta1\n" in kubectl("api-versions").stdout
