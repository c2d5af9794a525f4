"""Walk-throughs 16 and 17: apply, apply again, and delete."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, events_of, read_table

PATH = "crane-versions.yaml"
NAMES = "-o jsonpath='{.items[*].metadata.name}'"


def test_apply_creates_changes_and_leaves_alone(cluster: Shell) -> None:
    assert cluster.out(f"kubectl apply -f {PATH}") == "pod/crane-pod created\n"
    cluster.wait_for("kubectl get pod crane-pod", r"Running +0 ")
    assert cluster.out(f"kubectl apply -f {PATH}") == "pod/crane-pod unchanged\n"
    cluster.out(f"sed -i s/v2.0/v1.0/ {PATH}")
    assert cluster.out(f"kubectl apply -f {PATH}") == "pod/crane-pod configured\n"
    (pod,) = read_table(cluster.wait_for("kubectl get pod crane-pod", r"Running +1 \("))
    assert pod["READY"] == "1/1"
    assert (
        cluster.out("kubectl get pod crane-pod -o jsonpath={.status.containerStatuses[0].image}")
        == "docker.io/heejeong/crane:v1.0"
    )
    changed = ("Normal", "Killing", "Container crane definition changed, will be restarted")
    assert changed in events_of(cluster, "crane-pod")


def test_create_of_an_existing_name_fails(cluster: Shell) -> None:
    refused = cluster.fail(f"kubectl create -f {PATH}")
    assert refused == f'Error from server (AlreadyExists): error when creating "{PATH}": pods "crane-pod" already exists\n'


def test_what_may_not_change_is_refused(cluster: Shell) -> None:
    refused = cluster.run('kubectl patch pod crane-pod -p \'{"spec":{"restartPolicy":"Never"}}\'')
    assert refused.code == 1
    assert refused.stderr.startswith(
        'The Pod "crane-pod" is invalid: spec: Forbidden: pod updates may not change fields other than '
    )


def test_delete_by_file(cluster: Shell) -> None:
    assert cluster.out(f"kubectl delete -f {PATH}") == 'pod "crane-pod" deleted\n'
    gone = f'Error from server (NotFound): error when deleting "{PATH}": pods "crane-pod" not found\n'
    assert cluster.fail(f"kubectl delete -f {PATH}") == gone


@pytest.fixture(scope="module")
def owned(cluster: Shell) -> Shell:
    """A deployment of two and a pod that nobody owns."""
    cluster.out("kubectl create deployment web --image=nginx --replicas=2")
    cluster.out("kubectl run alone --image=nginx")
    cluster.wait_for("kubectl get deployment web", "2/2")
    cluster.wait_for("kubectl get pod alone", "Running")
    return cluster


def test_delete_all_pods_and_what_is_owned_comes_back(owned: Shell) -> None:
    before = {row["NAME"] for row in read_table(owned.out("kubectl get pods"))}
    deleted = owned.out("kubectl delete pod --all").splitlines()
    assert sorted(deleted) == sorted(f'pod "{name}" deleted' for name in before)
    after = owned.wait_for(f"kubectl get pods {NAMES}", f"^(?!.*({'|'.join(before)})).+ .+$").split()
    assert len(after) == 2 and all(name.startswith("web-") for name in after)


def test_delete_all_takes_the_owners_with_what_they_own(owned: Shell) -> None:
    pods = [row["NAME"] for row in read_table(owned.out("kubectl get pods"))]
    (replica_set,) = read_table(owned.out("kubectl get rs"))
    deleted = owned.out("kubectl delete all --all").splitlines()
    assert deleted[:4] == [
        *(f'pod "{name}" deleted' for name in pods),
        'service "kubernetes" deleted',
        'deployment.apps "web" deleted',
    ]
    assert deleted[4:] in ([], [f'replicaset.apps "{replica_set["NAME"]}" deleted'])
    owned.wait_for("kubectl get pods 2>&1", "No resources found in default namespace.")
    left = owned.wait_for("kubectl get all", "service/kubernetes")
    assert [row["NAME"] for row in read_table(left)] == ["service/kubernetes"]
