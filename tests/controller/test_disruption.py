"""Pod disruption budgets: their counts, and the evictions that they allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.request import Request
from minikube_py.client.resources import DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS
from tests.controller.harness import Cluster

Object = dict[str, Any]
LABELS = {"app": "web"}
SELECTOR = {"matchLabels": LABELS}
REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget."


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("deployment", "replicaset", "disruption", "stale_pod_disruption")


def deploy(cluster: Cluster, replicas: int = 4) -> None:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create(DEPLOYMENTS, "web", {"spec": {"replicas": replicas, "selector": SELECTOR, "template": template}})
    cluster.run()
    cluster.run_pods()


def protect(cluster: Cluster, name: str = "web", **spec: Any) -> None:
    cluster.create(POD_DISRUPTION_BUDGETS, name, {"spec": {"selector": SELECTOR, **spec}})
    cluster.run()


def status(cluster: Cluster) -> Object:
    found: Object = cluster.get(POD_DISRUPTION_BUDGETS, "web")["status"]
    return found


def counts(cluster: Cluster) -> list[int]:
    return [status(cluster)[field] for field in ("expectedPods", "desiredHealthy", "currentHealthy", "disruptionsAllowed")]


def evict(cluster: Cluster, name: str, **options: Any) -> None:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": "default"}}
    cluster.client.create(PODS, {**body, "deleteOptions": options}, "default", "eviction")


def pod_names(cluster: Cluster) -> list[str]:
    return [pod["metadata"]["name"] for pod in cluster.list(PODS)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({"minAvailable": 3}, [4, 3, 4, 1], id="at least, number"),
        pytest.param({"minAvailable": "50%"}, [4, 2, 4, 2], id="at least, share"),
        pytest.param({"minAvailable": "60%"}, [4, 3, 4, 1], id="at least, rounded up"),
        pytest.param({"maxUnavailable": 1}, [4, 3, 4, 1], id="at most, number"),
        pytest.param({"maxUnavailable": "30%"}, [4, 2, 4, 2], id="at most, rounded up"),
        pytest.param({"maxUnavailable": 9}, [4, 0, 4, 4], id="more than all"),
        pytest.param({"minAvailable": 9}, [4, 9, 4, 0], id="never enough"),
        pytest.param({}, [0, 0, 4, 0], id="neither"),
    ],
)
def test_counts(cluster: Cluster, spec: Object, expected: list[int]) -> None:
    deploy(cluster)
    protect(cluster, **spec)
    assert counts(cluster) == expected
    (condition,) = status(cluster)["conditions"]
    allowed = expected[-1] > 0
    assert (condition["status"], condition["reason"]) == (str(allowed), "SufficientPods" if allowed else "InsufficientPods")
    assert status(cluster)["observedGeneration"] == 1


def test_no_pods(cluster: Cluster) -> None:
    protect(cluster, minAvailable=1)
    assert counts(cluster) == [0, 1, 0, 0]
    assert ("Normal", "NoPods", "No matching pods found") in cluster.events()


def test_unmanaged_pods(cluster: Cluster) -> None:
    cluster.add_pod("alone", "10.0.0.1", LABELS)
    protect(cluster, maxUnavailable=1)
    assert counts(cluster) == [0, 0, 1, 0]
    (text,) = [message for _, reason, message in cluster.events() if reason == "UnmanagedPods"]
    assert "(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:" in text


def test_of_several_kinds_without_scale_always_the_same_is_told(cluster: Cluster) -> None:
    for name, (version, kind) in (("b", ("batch/v1", "Job")), ("a", ("apps/v1", "DaemonSet"))):
        owner = {"apiVersion": version, "kind": kind, "name": "o", "uid": "u", "controller": True}
        spec = {"containers": [{"name": "c", "image": "i"}]}
        cluster.create(PODS, name, {"spec": spec}, labels=LABELS, ownerReferences=[owner])
    protect(cluster, maxUnavailable=1)
    before = cluster.get(POD_DISRUPTION_BUDGETS, "web")
    assert before["status"]["conditions"][0]["message"] == "daemonsets.apps does not implement the scale subresource"
    cluster.manager.sync()
    cluster.run()
    assert cluster.get(POD_DISRUPTION_BUDGETS, "web") == before


def test_pods_of_a_kind_without_scale(cluster: Cluster) -> None:
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": "u", "controller": True}
    pod = cluster.create(
        PODS, "p", {"spec": {"containers": [{"name": "c", "image": "i"}]}}, labels=LABELS, ownerReferences=[owner]
    )
    cluster.set_running(pod)
    protect(cluster, maxUnavailable=1)
    why = "jobs.batch does not implement the scale subresource"
    (condition,) = status(cluster)["conditions"]
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "SyncFailed", why)
    text = f"Failed to calculate the number of expected pods: {why}"
    assert ("Warning", "CalculateExpectedPodCountFailed", text) in cluster.events()
    with pytest.raises(errors.TooManyRequests) as caught:
        evict(cluster, "p")
    assert caught.value.details is not None  # the budget was never counted: it is still being processed
    assert caught.value.details["retryAfterSeconds"] == 10


def test_evictions_take_from_the_allowance(cluster: Cluster) -> None:
    deploy(cluster)
    protect(cluster, maxUnavailable=1)
    first, second, *_ = pod_names(cluster)
    evict(cluster, first)
    with pytest.raises(errors.TooManyRequests) as caught:
        evict(cluster, second)
    cause = {"reason": "DisruptionBudget", "message": "The disruption budget web does not allow evicting pods currently"}
    assert caught.value.message == REFUSAL
    assert caught.value.details == {"causes": [cause]}
    cluster.run()
    assert counts(cluster) == [4, 3, 3, 0]
    with pytest.raises(errors.TooManyRequests) as caught:
        evict(cluster, second)
    assert caught.value.details == {
        "causes": [{**cause, "message": "The disruption budget web needs 3 healthy pods and has 3 currently"}]
    }
    cluster.run_pods()
    evict(cluster, second)


def test_dry_run_takes_nothing(cluster: Cluster) -> None:
    deploy(cluster)
    protect(cluster, maxUnavailable=1)
    before = pod_names(cluster)
    evict(cluster, before[0], dryRun=["All"])
    assert (pod_names(cluster), counts(cluster)) == (before, [4, 3, 4, 1])
    evict(cluster, before[1])


@pytest.mark.parametrize(
    ("policy", "goes"),
    [
        pytest.param(None, False, id="default"),
        pytest.param("IfHealthyBudget", False, id="if healthy"),
        pytest.param("AlwaysAllow", True, id="always"),
    ],
)
def test_unready_pod_of_an_unhealthy_budget(cluster: Cluster, policy: str | None, goes: bool) -> None:
    deploy(cluster, 2)
    for pod in cluster.list(PODS):
        cluster.set_running(pod, ready=False)
    protect(cluster, maxUnavailable=1, **({"unhealthyPodEvictionPolicy": policy} if policy else {}))
    name = pod_names(cluster)[0]
    if goes:
        evict(cluster, name)
        assert name not in pod_names(cluster)
    else:
        with pytest.raises(errors.TooManyRequests):
            evict(cluster, name)


def test_unready_pod_of_a_healthy_budget(cluster: Cluster) -> None:
    deploy(cluster, 2)
    protect(cluster, minAvailable=1)
    name = pod_names(cluster)[0]
    cluster.set_running(cluster.get(PODS, name), ready=False)
    cluster.run()
    assert counts(cluster) == [2, 1, 1, 0]
    evict(cluster, name)
    assert name not in pod_names(cluster)


def test_several_budgets(cluster: Cluster) -> None:
    deploy(cluster, 1)
    protect(cluster, minAvailable=0)
    protect(cluster, "other", minAvailable=0)
    (name,) = pod_names(cluster)
    with pytest.raises(errors.StatusError, match="This pod has more than one PodDisruptionBudget, which the eviction"):
        evict(cluster, name)
    assert "MultiplePodDisruptionBudgets" in [reason for _, reason, _ in cluster.events()]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        pytest.param({"preconditions": {"uid": "other"}}, errors.Conflict, id="another pod"),
        pytest.param({"preconditions": {"resourceVersion": "1"}}, errors.Conflict, id="another version"),
    ],
)
def test_preconditions(cluster: Cluster, options: Object, error: type[errors.StatusError]) -> None:
    deploy(cluster, 1)
    with pytest.raises(error):
        evict(cluster, pod_names(cluster)[0], **options)


def test_evicted_pod_says_why_and_is_counted_again_when_it_stays(cluster: Cluster) -> None:
    deploy(cluster, 1)
    protect(cluster, maxUnavailable=1)
    (name,) = pod_names(cluster)
    stamp = "2023-11-14T22:13:20Z"
    changed = {"status": {"disruptedPods": {name: stamp}}}
    cluster.patch(POD_DISRUPTION_BUDGETS, "web", changed, "status")
    condition = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": stamp}
    ready = cluster.get(PODS, name)["status"]["conditions"]
    cluster.patch(PODS, name, {"status": {"conditions": [*ready, condition]}}, "status")
    cluster.run()
    assert counts(cluster) == [1, 0, 0, 0]
    cluster.run(121)
    assert counts(cluster) == [1, 0, 1, 1]
    assert "disruptedPods" not in status(cluster)
    found = {c["type"]: c["status"] for c in cluster.get(PODS, name)["status"]["conditions"]}
    assert found["DisruptionTarget"] == "False"
    assert "NotDeleted" in [reason for _, reason, _ in cluster.events()]


def test_eviction_of_another_name(cluster: Cluster) -> None:
    deploy(cluster, 1)
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "a", "namespace": "default"}}
    with pytest.raises(errors.BadRequest, match="name in URL does not match name in Eviction object"):
        cluster.client.send(Request("create", "", "v1", "pods", "default", pod_names(cluster)[0], "eviction", body=body))
    with pytest.raises(errors.NotFound):
        evict(cluster, "nobody")
