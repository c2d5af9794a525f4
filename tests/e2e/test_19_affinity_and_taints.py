"""Walk-through 19: pods that want a node, want each other, avoid each other, and nodes that refuse pods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import running_cluster
from tests.e2e.shell import Shell, events_of, read_table

REFUSED = (
    "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {team: blue}. "
    "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
)
APART = (
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. "
    "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A cluster of two nodes, of which the second has an SSD."""
    with running_cluster(tmp_path_factory.mktemp("pair"), "--nodes 2") as shell:
        shell.out("kubectl label node minikube-m02 disk=ssd")
        shell.out("kubectl apply -f affinity.yaml")
        yield shell


def node_of(shell: Shell, pod: str) -> str:
    (row,) = read_table(shell.wait_for(f"kubectl get pod {pod} -o wide", "Running"))
    return row["NODE"]


@pytest.mark.parametrize("pod", ["on-ssd", "with-store"])
def test_who_wants_a_node_or_a_pod_is_where_it_is(pair: Shell, pod: str) -> None:
    assert node_of(pair, pod) == "minikube-m02"


def test_who_avoids_its_like_has_a_node_each_or_waits(pair: Shell) -> None:
    pair.wait_for("kubectl get deployment apart", "2/3")
    rows = read_table(pair.out("kubectl get pods -l app=apart -o wide"))
    assert sorted(row["NODE"] for row in rows) == ["<none>", "minikube", "minikube-m02"]
    (waiting,) = [row["NAME"] for row in rows if row["NODE"] == "<none>"]
    assert events_of(pair, waiting) == [("Warning", "FailedScheduling", APART)]


def test_a_taint_refuses_who_does_not_tolerate_it(pair: Shell) -> None:
    assert pair.out("kubectl taint node minikube-m02 team=blue:NoSchedule") == "node/minikube-m02 tainted\n"
    overrides = '{"spec":{"nodeSelector":{"disk":"ssd"}}}'
    pair.out(f"kubectl run intolerant --image=nginx --overrides='{overrides}'")
    pair.wait_for("kubectl get events --field-selector involvedObject.name=intolerant", "FailedScheduling")
    assert events_of(pair, "intolerant") == [("Warning", "FailedScheduling", REFUSED)]
    pair.out("kubectl apply -f tolerant.yaml")
    assert node_of(pair, "tolerant") == "minikube-m02"
    assert node_of(pair, "on-ssd") == "minikube-m02"  # who was there stays


def test_a_taint_that_goes_lets_the_pod_in(pair: Shell) -> None:
    assert pair.out("kubectl taint node minikube-m02 team:NoSchedule-") == "node/minikube-m02 untainted\n"
    assert node_of(pair, "intolerant") == "minikube-m02"


def test_no_execute_ends_what_runs_there(pair: Shell) -> None:
    pair.out("kubectl taint node minikube-m02 broken=yes:NoExecute")
    pair.wait_for("kubectl get pod on-ssd 2>&1", "NotFound")
    assert ("Normal", "TaintManagerEviction", "Marking for deletion Pod default/on-ssd") in events_of(pair, "on-ssd")
    pair.out("kubectl taint node minikube-m02 broken-")
