"""Walk-through 17: what is deleted, what comes back, and what goes along."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, read_table


@pytest.fixture(scope="module", autouse=True)
def workloads(cluster: Shell) -> None:
    """Two pods of nobody, and a Deployment with two of its own."""
    for name in ("alone", "lonely"):
        cluster.out(f"kubectl run {name} --image=nginx")
    cluster.out("kubectl create deployment web --image=nginx --replicas=2")
    cluster.wait_for("kubectl get deployment web", "2/2")


def list_names(cluster: Shell, kind: str) -> list[str]:
    return cluster.out(f"kubectl get {kind} -o jsonpath='{{.items[*].metadata.name}}'").split()


def test_a_pod_of_nobody_is_gone(cluster: Shell) -> None:
    assert cluster.out("kubectl delete pod alone --grace-period=1") == 'pod "alone" deleted\n'
    assert cluster.fail("kubectl get pod alone") == 'Error from server (NotFound): pods "alone" not found\n'
    assert cluster.fail("kubectl delete pod alone") == 'Error from server (NotFound): pods "alone" not found\n'


def test_of_all_pods_those_come_back_that_a_controller_owns(cluster: Shell) -> None:
    before = list_names(cluster, "pods")
    said = cluster.out("kubectl delete pod --all --grace-period=1")
    assert said == "".join(f'pod "{name}" deleted\n' for name in before)
    listed = "kubectl get pods -o jsonpath='{.items[*].metadata.name}'"
    after = cluster.wait_for(listed, f"^(?!.*({'|'.join(before)})).+ .+$").split()
    assert len(after) == 2 and all(name.startswith("web-") for name in after)


def test_all_of_everything(cluster: Shell) -> None:
    cluster.out("kubectl expose deployment web --port=80")
    pods, (replica_set,) = list_names(cluster, "pods"), list_names(cluster, "rs")
    said = cluster.out("kubectl delete all --all --grace-period=1")
    deleted = [f'pod "{name}" deleted' for name in pods]
    deleted += ['service "kubernetes" deleted', 'service "web" deleted', 'deployment.apps "web" deleted']
    assert said.splitlines()[: len(deleted)] == deleted
    assert said.splitlines()[len(deleted) :] in ([], [f'replicaset.apps "{replica_set}" deleted'])  # its owner may be quicker
    cluster.wait_for("kubectl get pods,rs,deployments -o name | wc -l", r"^\s*0$")
    (service,) = read_table(cluster.wait_for("kubectl get all", "service/kubernetes"))
    assert service["NAME"] == "service/kubernetes"


def test_an_owner_that_goes_alone_leaves_its_pods(cluster: Shell) -> None:
    cluster.out("kubectl create deployment left --image=nginx")
    cluster.wait_for("kubectl get deployment left", "1/1")
    assert cluster.out("kubectl delete deployment left --cascade=orphan") == 'deployment.apps "left" deleted\n'
    (replica_set,) = list_names(cluster, "rs")
    (pod,) = list_names(cluster, "pods")
    assert cluster.out(f"kubectl get rs {replica_set} -o jsonpath='{{.metadata.ownerReferences}}'") == ""
    assert cluster.out(f"kubectl delete rs {replica_set}") == f'replicaset.apps "{replica_set}" deleted\n'
    cluster.wait_for(f"kubectl get pod {pod} 2>&1", "NotFound|Terminating")
