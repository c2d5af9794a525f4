"""Walk-through 11: a namespace whose pods may use so much and no more."""

from __future__ import annotations

import re

from tests.e2e.shell import Shell, events_of, read_table

MISSING = (
    "failed quota: compute-resources: must specify limits.cpu for: {name}; limits.memory for: {name}; "
    "requests.cpu for: {name}; requests.memory for: {name}"
)
FULL = (
    'Error from server (Forbidden): error when creating "quota-pod.yaml": pods "measured-XXXXX" is forbidden: exceeded quota: '
    "compute-resources, requested: limits.cpu=800m,limits.memory=800Mi,requests.cpu=400m,requests.memory=400Mi, "
    "used: limits.cpu=1600m,limits.memory=1600Mi,requests.cpu=800m,requests.memory=800Mi, "
    "limited: limits.cpu=2,limits.memory=2Gi,requests.cpu=1,requests.memory=1Gi\n"
)


def read_quota(cluster: Shell) -> tuple[str, str]:
    (quota,) = read_table(cluster.out("kubectl get quota --namespace=demo"))
    assert quota["NAME"] == "compute-resources"
    return quota["REQUEST"], quota["LIMIT"]


def test_the_namespace_gets_a_quota(cluster: Shell) -> None:
    assert cluster.out("kubectl create namespace demo") == "namespace/demo created\n"
    created = cluster.out("kubectl create -f ./compute-resources.yaml --namespace=demo")
    assert created == "resourcequota/compute-resources created\n"
    cluster.wait_for("kubectl get quota --namespace=demo", "requests.cpu: 0/1")
    assert read_quota(cluster) == ("requests.cpu: 0/1, requests.memory: 0/1Gi", "limits.cpu: 0/2, limits.memory: 0/2Gi")


def test_a_pod_that_asks_for_nothing_is_refused(cluster: Shell) -> None:
    refused = cluster.fail("kubectl run greedy --image=nginx --namespace=demo")
    assert refused == f'Error from server (Forbidden): pods "greedy" is forbidden: {MISSING.format(name="greedy")}\n'


def test_pods_fit_until_the_quota_is_full(cluster: Shell) -> None:
    for _ in range(2):
        cluster.out("kubectl create -f quota-pod.yaml --namespace=demo")
    used = ("requests.cpu: 800m/1, requests.memory: 800Mi/1Gi", "limits.cpu: 1600m/2, limits.memory: 1600Mi/2Gi")
    assert read_quota(cluster) == used
    refused = cluster.fail("kubectl create -f quota-pod.yaml --namespace=demo")
    assert re.sub(r"measured-\w{5}", "measured-XXXXX", refused) == FULL
    assert len(cluster.out("kubectl get pods -n demo -o name").split()) == 2


def test_a_deleted_pod_gives_its_share_back(cluster: Shell) -> None:
    name = cluster.out("kubectl get pods -n demo -o jsonpath={.items[0].metadata.name}")
    cluster.out(f"kubectl delete pod {name} -n demo --grace-period=1")
    cluster.wait_for("kubectl get quota --namespace=demo", "requests.cpu: 400m/1, requests.memory: 400Mi/1Gi")


def test_a_replica_set_tells_why_it_makes_no_pods(cluster: Shell) -> None:
    cluster.out("kubectl create deployment web --image=nginx --replicas=2 --namespace=demo")
    cluster.wait_for("kubectl get events -n demo", "FailedCreate")
    (deployment,) = read_table(cluster.out("kubectl get deployment web -n demo"))
    assert (deployment["READY"], deployment["UP-TO-DATE"], deployment["AVAILABLE"]) == ("0/2", "0", "0")
    (replica_set,) = read_table(cluster.out("kubectl get rs -n demo"))
    kind, reason, message = events_of(cluster, replica_set["NAME"], "demo")[0]
    told = re.sub(rf'"{replica_set["NAME"]}-\w+"', '"POD"', message)
    assert (kind, reason, told) == (
        "Warning",
        "FailedCreate",
        f'Error creating: pods "POD" is forbidden: {MISSING.format(name="nginx")}',
    )
    assert "ReplicaFailure   True    FailedCreate\n" in cluster.out("kubectl describe rs -n demo")


def test_namespaces_have_labels_too(cluster: Shell) -> None:
    assert cluster.out("kubectl label namespace demo env=dev") == "namespace/demo labeled\n"
    (namespace,) = read_table(cluster.out("kubectl get namespace -l env=dev"))
    assert (namespace["NAME"], namespace["STATUS"]) == ("demo", "Active")


def test_what_is_in_it_goes_with_it(cluster: Shell) -> None:
    cluster.out("kubectl delete pods --all -n demo --grace-period=1")
    assert cluster.out("kubectl delete namespace demo") == 'namespace "demo" deleted\n'
    assert cluster.fail("kubectl get namespace demo") == 'Error from server (NotFound): namespaces "demo" not found\n'
