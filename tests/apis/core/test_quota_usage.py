"""How much of a quota objects use up."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.quota_usage import count_usage, find_counted, format_amounts, list_missing, measure

Object = dict[str, Any]
NOW = 1_700_000_000.0
SECOND_BEFORE = "2023-11-14T22:13:19Z"


def pod(requests: Object | None = None, *, metadata: Object | None = None, phase: str = "Running", **spec: Any) -> Object:
    containers = [{"name": "c", "resources": {"requests": requests or {}}}]
    return {"metadata": metadata or {}, "spec": {"containers": containers, **spec}, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("pods", "pods"),
        ("count/pods", "pods"),
        ("limits.memory", "pods"),
        ("requests.nvidia.com/gpu", "pods"),
        ("requests.hugepages-2Mi", "pods"),
        ("services.nodeports", "services"),
        ("requests.storage", "persistentvolumeclaims"),
        ("gold.storageclass.storage.k8s.io/requests.storage", "persistentvolumeclaims"),
        ("count/deployments.apps", "deployments.apps"),
        ("configmaps", "configmaps"),
        ("nvidia.com/gpu", ""),
    ],
)
def test_each_name_is_counted_in_one_kind(name: str, resource: str) -> None:
    assert find_counted(name) == resource


def test_a_pod_uses_what_it_requests_by_both_names() -> None:
    assert format_amounts(measure("pods", pod({"cpu": "500m", "nvidia.com/gpu": "2", "hugepages-2Mi": "4Mi"}), NOW)) == {
        "count/pods": "1",
        "pods": "1",
        "cpu": "500m",
        "requests.cpu": "500m",
        "hugepages-2Mi": "4Mi",
        "requests.hugepages-2Mi": "4Mi",
        "requests.nvidia.com/gpu": "2",
    }


@pytest.mark.parametrize(
    ("gone", "is_counted"),
    [
        (pod({"cpu": "1"}, phase="Succeeded"), False),
        (pod({"cpu": "1"}, phase="Failed"), False),
        (pod({"cpu": "1"}, metadata={"deletionTimestamp": SECOND_BEFORE, "deletionGracePeriodSeconds": 0}), False),
        (pod({"cpu": "1"}, metadata={"deletionTimestamp": SECOND_BEFORE, "deletionGracePeriodSeconds": 30}), True),
    ],
    ids=["succeeded", "failed", "overdue", "terminating"],
)
def test_pods_at_their_end_use_nothing(gone: Object, is_counted: bool) -> None:
    usage = measure("pods", gone, NOW)
    assert ("pods" in usage, "cpu" in usage, "count/pods" in usage) == (is_counted, is_counted, True)


@pytest.mark.parametrize(
    ("spec", "node_ports", "balancers"),
    [
        ({"type": "ClusterIP"}, "0", "0"),
        ({"type": "NodePort"}, "2", "0"),
        ({"type": "LoadBalancer"}, "2", "1"),
        ({"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False}, "1", "1"),
    ],
)
def test_services_use_node_ports_by_intent(spec: Object, node_ports: str, balancers: str) -> None:
    service = {"metadata": {}, "spec": {"ports": [{"port": 1}, {"port": 2, "nodePort": 30000}], **spec}}
    usage = format_amounts(measure("services", service, NOW))
    assert (usage["services.nodeports"], usage["services.loadbalancers"]) == (node_ports, balancers)


def test_claims_are_counted_by_storage_class_too() -> None:
    spec = {"storageClassName": "gold", "resources": {"requests": {"storage": "5Gi"}}}
    assert format_amounts(measure("persistentvolumeclaims", {"metadata": {}, "spec": spec}, NOW)) == {
        "count/persistentvolumeclaims": "1",
        "persistentvolumeclaims": "1",
        "requests.storage": "5Gi",
        "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
        "gold.storageclass.storage.k8s.io/requests.storage": "5Gi",
    }


def test_usage_is_the_sum_of_the_objects_in_scope() -> None:
    objects = {"pods": [pod({"memory": "64Mi"}), pod({"memory": "1Gi"}), pod()], "secrets": [{"metadata": {}}]}
    hard = {"requests.memory": "2Gi", "pods": "9", "secrets": "9", "count/widgets.example.com": "1"}
    quota = {"spec": {"hard": hard}}
    assert format_amounts(count_usage(quota, objects.get, NOW)) == {"pods": "3", "requests.memory": "1088Mi", "secrets": "1"}
    quota["spec"]["scopes"] = ["NotBestEffort"]
    assert format_amounts(count_usage(quota, objects.get, NOW)) == {"pods": "2", "requests.memory": "1088Mi", "secrets": "0"}


def test_cross_namespace_affinity_is_a_scope() -> None:
    term = {"topologyKey": "zone", "namespaces": ["other"]}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    quota = {"spec": {"hard": {"pods": "1"}, "scopes": ["CrossNamespacePodAffinity"]}}
    usage = count_usage(quota, {"pods": [pod(affinity=affinity), pod()]}.get, NOW)
    assert format_amounts(usage) == {"pods": "1"}


def test_what_is_missing_is_told_by_resource() -> None:
    assert (
        list_missing(pod({"cpu": "1"}), ["requests.cpu", "limits.cpu", "pods", "requests.ephemeral-storage"])
        == "limits.cpu for: c"
    )
