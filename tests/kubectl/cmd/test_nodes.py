"""cordon, uncordon, drain and taint against a store: pods go when they are deleted, as nobody runs them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import TooManyRequests
from minikube_py.client.request import Request, Response
from minikube_py.client.transport import Transport
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.ticking import Ticking

Object = dict[str, Any]
CONTROLLER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u1", "controller": True}
DAEMON_SET = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "uid": "u2", "controller": True}


@pytest.fixture(autouse=True)
def nodes(cluster: Cluster) -> None:
    """Two nodes, n1 and n2."""
    for name in ("n1", "n2"):
        labels = {"kubernetes.io/hostname": name}
        cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}})


def add_pod(cluster: Cluster, name: str, owner: Object | None = CONTROLLER, **spec: Any) -> None:
    """Put a pod on n1 that ends at once when it is deleted."""
    metadata: Object = {"name": name, "labels": {"app": name}}
    if owner:
        metadata["ownerReferences"] = [owner]
    body = {"nodeName": "n1", "terminationGracePeriodSeconds": 0, "containers": [{"name": "c", "image": "nginx"}], **spec}
    cluster.create("", "pods", {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body}, "default")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("cordon n1", Outcome("node/n1 cordoned\n", "", 0)),
        ("cordon node/n1 n2", Outcome("node/n1 cordoned\nnode/n2 cordoned\n", "", 0)),
        ("cordon n1 --dry-run=client", Outcome("node/n1 cordoned (dry run)\n", "", 0)),
        ("cordon n1 --dry-run=server", Outcome("node/n1 cordoned (server dry run)\n", "", 0)),
        ("cordon -l kubernetes.io/hostname=n2", Outcome("node/n2 cordoned\n", "", 0)),
        ("uncordon n1", Outcome("node/n1 already uncordoned\n", "", 0)),
        ("cordon nope", Outcome("", 'Error from server (NotFound): nodes "nope" not found\n', 1)),
        ("cordon", Outcome("", "error: USAGE: cordon NODE [flags]\nSee 'kubectl cordon -h' for help and examples\n", 1)),
        (
            "drain n1 -l a=b",
            Outcome(
                "",
                "error: cannot specify both a node name and a --selector option\nSee 'kubectl drain -h' for help and examples\n",
                1,
            ),
        ),
        (
            "drain n1 --pod-selector=a=b=c",
            Outcome("", "error: --pod-selector=<pod_selector> must be a valid label selector\n", 1),
        ),
    ],
)
def test_cordon(kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    assert kubectl(words) == outcome


def test_a_cordon_is_kept_and_taken_back(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("cordon n1")
    assert cluster.get("nodes", "n1", "")["spec"]["unschedulable"] is True
    assert kubectl("cordon n1").stdout == "node/n1 already cordoned\n"
    assert kubectl("uncordon n1").stdout == "node/n1 uncordoned\n"
    assert "unschedulable" not in cluster.get("nodes", "n1", "")["spec"]


def test_drain_evicts_what_has_a_controller(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "a")
    add_pod(cluster, "b")
    assert kubectl("drain n1") == Outcome(
        "node/n1 cordoned\nevicting pod default/a\nevicting pod default/b\npod/a evicted\npod/b evicted\nnode/n1 drained\n",
        "",
        0,
    )


@pytest.mark.parametrize(
    ("flags", "stdout", "stderr"),
    [
        ("--disable-eviction", "pod/a deleted\nnode/n1 drained\n", ""),
        ("--dry-run=client", "evicting pod default/a (dry run)\nnode/n1 drained (dry run)\n", ""),
        ("--dry-run=server", "evicting pod default/a (server dry run)\nnode/n1 drained (server dry run)\n", ""),
        ("--pod-selector=app=none", "node/n1 drained\n", ""),
    ],
)
def test_ways_of_draining(kubectl: Kubectl, cluster: Cluster, flags: str, stdout: str, stderr: str) -> None:
    add_pod(cluster, "a")
    outcome = kubectl(f"drain n1 {flags}")
    assert outcome.stdout.partition("\n")[2] == stdout
    assert (outcome.stderr, outcome.code) == (stderr, 0)


def test_what_stands_in_the_way_is_told_at_once_and_nothing_goes(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "bare", None)
    add_pod(cluster, "scratch", volumes=[{"name": "v", "emptyDir": {}}])
    add_pod(cluster, "web")
    bare = "cannot delete cannot delete Pods that declare no controller (use --force to override): default/bare"
    scratch = "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/scratch"
    outcome = kubectl("drain n1")
    assert outcome.stderr == (
        f'error: unable to drain node "n1" due to error: [{bare}, {scratch}], continuing command...\n'
        f"There are pending nodes to be drained:\n n1\n{bare}\n{scratch}\n"
    )
    assert (outcome.stdout, outcome.code) == ("node/n1 cordoned\n", 1)
    assert kubectl("get pods -o name").stdout == "pod/bare\npod/scratch\npod/web\n"


def test_force_warns_and_removes(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "bare", None)
    add_pod(cluster, "scratch", volumes=[{"name": "v", "emptyDir": {}}])
    outcome = kubectl("drain n1 --force --delete-emptydir-data")
    assert outcome.stderr == "Warning: deleting Pods that declare no controller: default/bare\n"
    assert outcome.stdout.endswith("pod/bare evicted\npod/scratch evicted\nnode/n1 drained\n")


def test_finished_pods_need_no_force(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "once", None)
    pod = {**cluster.get("pods", "once"), "status": {"phase": "Succeeded"}}
    cluster.server.handle(Request("update", "", "v1", "pods", "default", "once", "status", body=pod))
    assert kubectl("drain n1").stdout.endswith("pod/once evicted\nnode/n1 drained\n")


class Budget:
    """A transport whose server refuses the first evictions."""

    def __init__(self, inner: Transport, refusals: int) -> None:
        self._inner, self._refusals = inner, refusals
        self.watch, self.batch = inner.watch, inner.batch

    def handle(self, request: Request) -> Response:
        if request.subresource == "eviction" and self._refusals:
            self._refusals -= 1
            raise TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.")
        return self._inner.handle(request)


REFUSED = (
    'error when evicting pods/"a" -n "default" (will retry after 5s): '
    "Cannot evict pod as it would violate the pod's disruption budget.\n"
)


def limit_evictions(cluster: Cluster, refusals: int) -> None:
    cluster.transport = Budget(cluster.transport, refusals)  # type: ignore[assignment]
    cluster.listen = lambda: Ticking(cluster)  # type: ignore[assignment, return-value]


def test_evictions_that_are_refused_are_tried_again(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "a")
    limit_evictions(cluster, 2)
    start = cluster.clock.now()
    outcome = kubectl("drain n1")
    assert outcome.stderr == REFUSED * 2
    assert outcome.stdout == "node/n1 cordoned\n" + "evicting pod default/a\n" * 3 + "pod/a evicted\nnode/n1 drained\n"
    assert cluster.clock.now() - start >= 10


def test_drain_gives_up_in_time(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "a")
    limit_evictions(cluster, 99)
    outcome = kubectl("drain n1 --timeout=7s")
    problem = 'error when evicting pods/"a" -n "default": global timeout reached: 7s'
    assert outcome.stderr == (
        REFUSED * 2 + f'There are pending pods in node "n1" when an error occurred: {problem}\npod/a\n'
        f'error: unable to drain node "n1" due to error: {problem}, continuing command...\n'
        f"There are pending nodes to be drained:\n n1\n{problem}\n"
    )
    assert outcome.code == 1


def test_drain_does_not_wait_for_ever_for_pods_that_stay(kubectl: Kubectl, cluster: Cluster) -> None:
    add_pod(cluster, "a", terminationGracePeriodSeconds=30)
    cluster.listen = lambda: Ticking(cluster)  # type: ignore[assignment, return-value]
    outcome = kubectl("drain n1 --timeout=3s")
    problem = 'error when waiting for pod "a" in namespace "default" to terminate: context deadline exceeded'
    assert outcome.stderr.splitlines()[-1] == problem


OLD, OLD2 = "old=1:NoExecute", "old2=x:NoSchedule"


@pytest.mark.parametrize(
    ("words", "stdout", "taints"),
    [
        ("n1 team=red:NoSchedule", "node/n1 tainted\n", ["team=red:NoSchedule", OLD, OLD2]),
        ("n1 old:NoExecute-", "node/n1 untainted\n", [OLD2]),
        ("n1 old2-", "node/n1 untainted\n", [OLD]),
        ("n1 old=2:NoExecute --overwrite", "node/n1 modified\n", ["old=2:NoExecute", OLD2]),
        ("n1 new:NoExecute old-", "node/n1 modified\n", ["new=:NoExecute", OLD2]),
        ("-l kubernetes.io/hostname=n1 a:NoExecute --dry-run=client", "node/n1 tainted\n", [OLD, OLD2]),
        ("--all b=c:NoExecute", "node/n1 tainted\nnode/n2 tainted\n", ["b=c:NoExecute", OLD, OLD2]),
    ],
)
def test_taint(kubectl: Kubectl, cluster: Cluster, words: str, stdout: str, taints: list[str]) -> None:
    kubectl(f"taint node n1 {OLD} {OLD2}")
    assert kubectl(f"taint nodes {words}") == Outcome(stdout, "", 0)
    found = cluster.get("nodes", "n1", "")["spec"]["taints"]
    assert [f"{t['key']}={t.get('value', '')}:{t['effect']}" for t in found] == taints


BAD_NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
USAGE = "\nSee 'kubectl taint -h' for help and examples"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("node n1 team=red:Sometimes", f"invalid taint effect: Sometimes, unsupported taint effect{USAGE}"),
        ("node n1 team=red", f"invalid taint spec: team=red, {BAD_NAME}{USAGE}"),
        ("node n1 a:b:c", f"invalid taint spec: a:b:c{USAGE}"),
        ("node n1", "at least one taint update is required"),
        ("a=b:NoExecute", "one or more resources must be specified as <resource> <name>"),
        ("node a=b:NoExecute", "at least one resource name must be specified since 'all' parameter is not set"),
        ("pod n1 a=b:NoExecute", "invalid resource type pod, only node types are supported"),
        ("node n1 old=2:NoExecute", "node n1 already has old taint(s) with same effect(s) and --overwrite is false"),
        ("node n1 nope-", 'taint "nope" not found'),
        ("node n1 nope:NoExecute-", 'taint "nope:NoExecute" not found'),
        (
            "node n1 a=b:NoExecute a-",
            "can not both modify and remove the following taint(s) in the same command: a=",
        ),
        ("node n1 a=b:NoExecute n2", "all resources must be specified before taint changes: n2"),
    ],
)
def test_taints_that_are_refused(kubectl: Kubectl, words: str, message: str) -> None:
    kubectl("taint node n1 old=1:NoExecute")
    assert kubectl(f"taint {words}") == Outcome("", f"error: {message}\n", 1)
