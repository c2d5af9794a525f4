"""Walk-through 20: every kind of workload, and a number of pods that follows what they use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import running_cluster
from tests.e2e.shell import Shell, read_table


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A cluster of two nodes in which one workload of each kind begins."""
    with running_cluster(tmp_path_factory.mktemp("pair"), "--nodes 2") as shell:
        shell.out("kubectl apply -f workloads.yaml")
        shell.out("kubectl create deployment web --image=nginx:1.25 --replicas=3")
        yield shell


def image_of(shell: Shell) -> str:
    return shell.out("kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'")


def test_a_deployment_is_rolled_out_and_back(pair: Shell) -> None:
    assert 'deployment "web" successfully rolled out\n' in pair.out("kubectl rollout status deployment/web --timeout=50s")
    assert pair.out("kubectl set image deployment/web nginx=nginx:1.26") == "deployment.apps/web image updated\n"
    pair.out("kubectl rollout status deployment/web --timeout=50s")
    assert pair.out("kubectl rollout history deployment/web") == (
        "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"
    )
    assert image_of(pair) == "nginx:1.26"
    assert pair.out("kubectl rollout undo deployment/web") == "deployment.apps/web rolled back\n"
    pair.out("kubectl rollout status deployment/web --timeout=50s")
    assert image_of(pair) == "nginx:1.25"
    counts = sorted((row["DESIRED"], row["READY"]) for row in read_table(pair.out("kubectl get rs -l app=web")))
    assert counts == [("0", "0"), ("3", "3")]


def test_a_replica_set_keeps_its_number(pair: Shell) -> None:
    pair.wait_for("kubectl get rs copies", r"copies +2 +2 +2")
    assert pair.out("kubectl scale rs copies --replicas=1") == "replicaset.apps/copies scaled\n"
    pair.wait_for("kubectl get rs copies", r"copies +1 +1 +1")


def test_a_replication_controller_too(pair: Shell) -> None:
    pair.out("kubectl create -f kubia-controller.json")
    (row,) = read_table(pair.wait_for("kubectl get rc", r"kubia +(\d+) +\1 +\1"))
    assert row["NAME"] == "kubia"


def test_a_stateful_set_keeps_names_and_data(pair: Shell) -> None:
    pair.wait_for("kubectl get statefulset db", "2/2")
    assert pair.out("kubectl get pods -l app=db -o jsonpath='{.items[*].metadata.name}'") == "db-0 db-1"
    claims = read_table(pair.out("kubectl get pvc"))
    assert [(row["NAME"], row["STATUS"]) for row in claims] == [("data-db-0", "Bound"), ("data-db-1", "Bound")]
    uid = pair.out("kubectl get pod db-0 -o jsonpath={.metadata.uid}")
    pair.out("kubectl delete pod db-0")
    pair.wait_for("kubectl get pod db-0 -o 'jsonpath={.metadata.uid} {.status.phase}'", f"^(?!{uid}).+ Running")
    pair.wait_for("kubectl exec db-0 -- cat /data/names", "db-0\ndb-0\n")


def test_a_daemon_set_has_a_pod_on_each_node(pair: Shell) -> None:
    pair.wait_for("kubectl get daemonset agent", r"agent +2 +2 +2 +2 +2")
    nodes = pair.out("kubectl get pods -l app=agent -o jsonpath='{.items[*].spec.nodeName}'").split()
    assert sorted(nodes) == ["minikube", "minikube-m02"]


def test_a_cron_job_makes_jobs(pair: Shell) -> None:
    (row,) = read_table(pair.out("kubectl get cronjob hello"))
    assert (row["SCHEDULE"], row["TIMEZONE"], row["SUSPEND"], row["LAST SCHEDULE"]) == (
        "0 0 1 1 *",
        "<none>",
        "False",
        "<none>",
    )
    assert pair.out("kubectl create job now --from=cronjob/hello") == "job.batch/now created\n"
    assert pair.out("kubectl wait --for=condition=complete job/now --timeout=50s") == "job.batch/now condition met\n"
    assert pair.out("kubectl logs job/now") == "happy new year\n"


def test_the_autoscaler_follows_measured_use(slow: Shell) -> None:
    slow.wait_for("kubectl get hpa -n busy ticking", r"cpu: \d{3,}%/50% +1 +3 +3", seconds=60)
    slow.wait_for("kubectl get deployment -n busy ticking", "3/3")
    said = slow.out("kubectl get events -n busy --field-selector involvedObject.name=ticking -o jsonpath={.items[*].message}")
    assert "reason: cpu resource utilization (percentage of request) above target" in said
