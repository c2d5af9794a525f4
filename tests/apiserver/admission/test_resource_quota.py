"""What quotas charge, and how they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import AlreadyExists, Forbidden
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def quota(cluster: Cluster, hard: dict[str, str], name: str = "q", **spec: Any) -> None:
    cluster.create("resourcequotas", {"metadata": {"name": name}, "spec": {"hard": hard, **spec}})


def used(cluster: Cluster, name: str = "q") -> Any:
    return cluster.get("resourcequotas", name)["status"].get("used")


def pod(name: str = "p", requests: Object | None = None, limits: Object | None = None, **spec: Any) -> Object:
    resources = {k: v for k, v in (("requests", requests), ("limits", limits)) if v}
    return {
        "metadata": {"name": name},
        "spec": {"containers": [{"name": name, "image": "nginx", "resources": resources}], **spec},
    }


def secret(name: str) -> Object:
    return {"metadata": {"name": name}}


def refused(cluster: Cluster, resource: str, obj: Object) -> str:
    with pytest.raises(Forbidden) as caught:
        cluster.create(resource, obj)
    return caught.value.message


def test_pods_are_added_up_until_the_quota_is_full(cluster: Cluster) -> None:
    hard = {"requests.cpu": "1", "requests.memory": "1Gi", "limits.cpu": "2", "limits.memory": "2Gi", "pods": "3"}
    quota(cluster, hard, "compute")
    cluster.create("pods", pod("ok", {"cpu": "400m", "memory": "256Mi"}, {"cpu": "1", "memory": "512Mi"}))
    assert cluster.get("resourcequotas", "compute")["status"] == {
        "hard": hard,
        "used": {"limits.cpu": "1", "limits.memory": "512Mi", "pods": "1", "requests.cpu": "400m", "requests.memory": "256Mi"},
    }
    big = pod("big", {"cpu": "800m", "memory": "896Mi"}, {"cpu": "1500m", "memory": "896Mi"})
    assert refused(cluster, "pods", big) == (
        'pods "big" is forbidden: exceeded quota: compute, requested: limits.cpu=1500m,requests.cpu=800m,'
        "requests.memory=896Mi, used: limits.cpu=1,requests.cpu=400m,requests.memory=256Mi, "
        "limited: limits.cpu=2,requests.cpu=1,requests.memory=1Gi"
    )
    assert used(cluster, "compute")["pods"] == "1"


def test_a_compute_quota_makes_requests_and_limits_compulsory(cluster: Cluster) -> None:
    quota(cluster, {"requests.cpu": "1", "requests.memory": "1Gi", "limits.cpu": "2", "limits.memory": "2Gi"}, "compute")
    half = pod("main", None, {"cpu": "500m"})
    half["metadata"]["name"] = "half"
    half["spec"]["containers"].append({"name": "side", "image": "busybox", "resources": {"requests": {"memory": "10Mi"}}})
    assert refused(cluster, "pods", half) == (
        'pods "half" is forbidden: failed quota: compute: must specify limits.cpu for: side; limits.memory for: main,side; '
        "requests.cpu for: side; requests.memory for: main"
    )


@pytest.mark.parametrize(
    ("hard", "resource", "first", "second", "what"),
    [
        ("secrets", "secrets", secret("one"), secret("two"), "secrets=1"),
        ("count/secrets", "secrets", secret("one"), secret("two"), "count/secrets=1"),
        ("pods", "pods", pod("one"), pod("two"), "pods=1"),
        ("count/pods", "pods", pod("one"), pod("two"), "count/pods=1"),
    ],
)
def test_objects_are_counted(cluster: Cluster, hard: str, resource: str, first: Object, second: Object, what: str) -> None:
    quota(cluster, {hard: "1"})
    cluster.create(resource, first)
    text = f'{resource} "two" is forbidden: exceeded quota: q, requested: {what}, used: {what}, limited: {what}'
    assert refused(cluster, resource, second) == text


def test_objects_of_other_groups_are_counted(cluster: Cluster) -> None:
    quota(cluster, {"count/deployments.apps": "0"})
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    deployment = {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}
    assert refused(cluster, "deployments", deployment) == (
        'deployments.apps "web" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, '
        "used: count/deployments.apps=0, limited: count/deployments.apps=0"
    )


def test_node_ports_and_balancers_are_counted(cluster: Cluster) -> None:
    quota(cluster, {"services.nodeports": "1", "services.loadbalancers": "0", "services": "5"})
    ports = {"spec": {"ports": [{"port": 80}], "type": "NodePort"}}
    cluster.create("services", {"metadata": {"name": "n1"}, **ports})
    assert refused(cluster, "services", {"metadata": {"name": "n2"}, **ports}) == (
        'services "n2" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, '
        "limited: services.nodeports=1"
    )
    with pytest.raises(Forbidden, match=r"requested: services\.loadbalancers=1, used: services\.loadbalancers=0"):
        cluster.patch("services", "n1", {"spec": {"type": "LoadBalancer"}})
    cluster.patch("services", "n1", {"metadata": {"labels": {"a": "b"}}})
    assert used(cluster) == {"services": "1", "services.loadbalancers": "0", "services.nodeports": "1"}


def test_a_quota_counts_what_was_there_before_it(cluster: Cluster) -> None:
    cluster.create("secrets", secret("old"))
    quota(cluster, {"secrets": "1"})
    assert "used: secrets=1" in refused(cluster, "secrets", secret("new"))


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("BestEffort", pod("one"), pod("one", {"cpu": "1"})),
        ("NotBestEffort", pod("one", {"cpu": "1"}), pod("one")),
        ("Terminating", pod("one", activeDeadlineSeconds=5), pod("one")),
        ("NotTerminating", pod("one"), pod("one", activeDeadlineSeconds=5)),
    ],
)
def test_scopes_choose_pods(cluster: Cluster, scope: str, inside: Object, outside: Object) -> None:
    quota(cluster, {"pods": "0"}, scopes=[scope])
    assert "exceeded quota: q" in refused(cluster, "pods", inside)
    assert cluster.create("pods", outside)["metadata"]["name"] == "one"


@pytest.mark.parametrize(
    ("requirement", "is_refused"),
    [
        ({"operator": "In", "values": ["high"]}, True),
        ({"operator": "In", "values": ["low"]}, False),
        ({"operator": "NotIn", "values": ["low"]}, True),
        ({"operator": "NotIn", "values": ["high"]}, False),
        ({"operator": "Exists"}, True),
        ({"operator": "DoesNotExist"}, False),
    ],
)
def test_scope_selectors_choose_priorities(cluster: Cluster, requirement: Object, is_refused: bool) -> None:
    cluster.create("priorityclasses", {"metadata": {"name": "high"}, "value": 10})
    selector = {"matchExpressions": [{"scopeName": "PriorityClass", **requirement}]}
    quota(cluster, {"pods": "0"}, scopeSelector=selector)
    if is_refused:
        assert "exceeded quota: q" in refused(cluster, "pods", pod(priorityClassName="high"))
    else:
        assert cluster.create("pods", pod(priorityClassName="high"))["spec"]["priority"] == 10


def test_every_matching_quota_is_charged_or_none(cluster: Cluster) -> None:
    quota(cluster, {"pods": "5"}, "a")
    quota(cluster, {"pods": "1"}, "b")
    cluster.create("pods", pod("one"))
    assert "exceeded quota: b" in refused(cluster, "pods", pod("two"))
    assert (used(cluster, "a"), used(cluster, "b")) == ({"pods": "1"}, {"pods": "1"})


def test_what_is_not_kept_is_not_charged(cluster: Cluster) -> None:
    quota(cluster, {"secrets": "3"})
    cluster.create("secrets", secret("one"))
    cluster.create("secrets", secret("two"), dryRun="All")
    with pytest.raises(AlreadyExists):
        cluster.create("secrets", secret("one"))
    assert used(cluster) == {"secrets": "1"}


def test_quotas_of_other_namespaces_do_not_matter(cluster: Cluster) -> None:
    quota(cluster, {"secrets": "0"})
    assert cluster.create("secrets", secret("one"), "kube-public")["metadata"]["namespace"] == "kube-public"


def test_extended_resources_are_limited_by_requests(cluster: Cluster) -> None:
    quota(cluster, {"requests.nvidia.com/gpu": "1"})
    gpus = {"nvidia.com/gpu": "2"}
    assert "requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=0" in refused(
        cluster, "pods", pod("p", gpus, gpus)
    )
