"""Autoscalers: what they read, when they scale, and what they say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.reconcile import Context
from minikube_py.client.resources import DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, PODS, REPLICATION_CONTROLLERS
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.horizontal_pod_autoscaler import CONTROLLER, HorizontalPodAutoscalerController
from tests.controller.harness import Cluster

Object = dict[str, Any]
PERIOD = 15.0
LABELS = {"app": "web"}
NOT_SERVED = "the server could not find the requested resource (get pods.metrics.k8s.io)"
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


class Figures:
    """Says that every pod of the cluster uses so much."""

    def __init__(self) -> None:
        self.cluster: Cluster | None = None
        self.cpu, self.memory = "100m", "64Mi"

    def list_pods(self, namespace: str, selector: str) -> list[Object]:
        assert self.cluster is not None
        stamp = format_rfc3339(self.cluster.clock.now())
        usage = {"cpu": self.cpu, "memory": self.memory}
        return [
            {
                "metadata": {"name": pod["metadata"]["name"], "namespace": namespace},
                "timestamp": stamp,
                "window": "15s",
                "containers": [{"name": "c", "usage": usage}],
            }
            for pod in self.cluster.list(PODS, selector)
        ]


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster], figures: Figures) -> Cluster:
    def new(context: Context) -> HorizontalPodAutoscalerController:
        return HorizontalPodAutoscalerController(context, figures)

    figures.cluster = make_cluster("deployment", "replicaset", CONTROLLER._replace(new=new))
    return figures.cluster


@pytest.fixture
def bare(make_cluster: Callable[..., Cluster]) -> Cluster:
    """A cluster without a metrics API."""
    return make_cluster("deployment", "replicaset", "horizontal_pod_autoscaler")


def deploy(cluster: Cluster, replicas: int = 2, name: str = "web", **requests: str) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"requests": requests or {"cpu": "100m"}}}
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}}
    cluster.create(
        DEPLOYMENTS, name, {"spec": {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": template}}
    )
    cluster.run()
    warm_up(cluster)


def warm_up(cluster: Cluster) -> None:
    """Make pending pods run as if they had run for ten minutes."""
    stamp = format_rfc3339(cluster.clock.now() - 600)
    condition = {"type": "Ready", "status": "True", "lastProbeTime": None, "lastTransitionTime": stamp}
    for pod in cluster.list(PODS):
        cluster.set_status(pod, {"phase": "Running", "startTime": stamp, "conditions": [condition]})
    cluster.run()


def autoscale(cluster: Cluster, name: str = "web", **spec: Any) -> None:
    cluster.create(HORIZONTAL_POD_AUTOSCALERS, name, {"spec": {"scaleTargetRef": TARGET, "maxReplicas": 10, **spec}})
    cluster.run()


def look(cluster: Cluster, seconds: float = PERIOD) -> None:
    cluster.run(seconds)


def status(cluster: Cluster) -> Object:
    found: Object = cluster.get(HORIZONTAL_POD_AUTOSCALERS, "web")["status"]
    return found


def conditions(cluster: Cluster) -> dict[str, tuple[str, str]]:
    return {c["type"]: (c["status"], c["reason"]) for c in status(cluster).get("conditions") or ()}


def replicas(cluster: Cluster) -> int:
    return int(cluster.get(DEPLOYMENTS, "web")["spec"]["replicas"])


def test_first_look_after_a_quarter_of_a_minute(cluster: Cluster) -> None:
    deploy(cluster)
    autoscale(cluster)
    look(cluster, PERIOD - 1)
    assert status(cluster) == {"desiredReplicas": 0, "currentMetrics": None}
    look(cluster, 1)
    assert status(cluster)["currentReplicas"] == 2


@pytest.mark.parametrize(
    ("cpu", "wanted", "event"),
    [
        pytest.param("80m", 2, None, id="as it should be"),
        pytest.param("86m", 2, None, id="tolerable"),
        pytest.param(
            "120m", 3, "New size: 3; reason: cpu resource utilization (percentage of request) above target", id="more"
        ),
        pytest.param("30m", 1, "New size: 1; reason: All metrics below target", id="less"),
    ],
)
def test_cpu(cluster: Cluster, figures: Figures, cpu: str, wanted: int, event: str | None) -> None:
    deploy(cluster)
    figures.cpu = cpu
    rules = {"stabilizationWindowSeconds": 0}
    autoscale(cluster, behavior={"scaleDown": rules, "scaleUp": rules})
    look(cluster)
    assert replicas(cluster) == wanted
    told = [message for _, reason, message in cluster.events() if reason == "SuccessfulRescale"]
    assert told == ([event] if event else [])
    share = {"averageUtilization": int(cpu.rstrip("m")), "averageValue": cpu}
    assert status(cluster)["currentMetrics"] == [{"type": "Resource", "resource": {"name": "cpu", "current": share}}]
    able = "SucceededRescale" if event else "ReadyForNewScale"
    assert conditions(cluster) == {
        "AbleToScale": ("True", able),
        "ScalingActive": ("True", "ValidMetricFound"),
        "ScalingLimited": ("False", "DesiredWithinRange"),
    }


def test_memory_average(cluster: Cluster) -> None:
    deploy(cluster)
    target = {"type": "AverageValue", "averageValue": "32Mi"}
    autoscale(cluster, metrics=[{"type": "Resource", "resource": {"name": "memory", "target": target}}])
    look(cluster)
    assert replicas(cluster) == 4
    assert ("Normal", "SuccessfulRescale", "New size: 4; reason: memory resource above target") in cluster.events()
    assert status(cluster)["currentMetrics"][0]["resource"]["current"] == {"averageValue": "67108864"}


def test_container(cluster: Cluster, figures: Figures) -> None:
    deploy(cluster)
    figures.cpu = "200m"
    target = {"type": "Utilization", "averageUtilization": 100}
    source = {"name": "cpu", "container": "c", "target": target}
    autoscale(cluster, metrics=[{"type": "ContainerResource", "containerResource": source}])
    look(cluster)
    text = "New size: 4; reason: cpu container resource utilization (percentage of request) above target"
    assert ("Normal", "SuccessfulRescale", text) in cluster.events()


def test_limits(cluster: Cluster, figures: Figures) -> None:
    deploy(cluster)
    figures.cpu = "900m"
    autoscale(cluster, maxReplicas=3)
    look(cluster)
    assert replicas(cluster) == 3
    assert conditions(cluster)["ScalingLimited"] == ("True", "TooManyReplicas")
    warm_up(cluster)
    cluster.patch(HORIZONTAL_POD_AUTOSCALERS, "web", {"spec": {"maxReplicas": 30}})
    look(cluster)
    assert replicas(cluster) == 6  # no more than twice as many
    assert conditions(cluster)["ScalingLimited"] == ("True", "ScaleUpLimit")


@pytest.mark.parametrize(
    ("spec", "wanted", "reason"),
    [
        pytest.param({"minReplicas": 4}, 4, "Current number of replicas below Spec.MinReplicas", id="too few"),
        pytest.param({"maxReplicas": 1}, 1, "Current number of replicas above Spec.MaxReplicas", id="too many"),
    ],
)
def test_out_of_bounds(bare: Cluster, spec: Object, wanted: int, reason: str) -> None:
    deploy(bare)
    autoscale(bare, **spec)
    look(bare)
    assert replicas(bare) == wanted
    assert ("Normal", "SuccessfulRescale", f"New size: {wanted}; reason: {reason}") in bare.events()
    assert status(bare)["lastScaleTime"] == format_rfc3339(bare.clock.now())


def test_falls_only_after_the_window(cluster: Cluster, figures: Figures) -> None:
    deploy(cluster, 4)
    figures.cpu = "80m"
    autoscale(cluster)
    look(cluster)
    figures.cpu = "10m"
    look(cluster)
    assert replicas(cluster) == 4
    assert conditions(cluster)["AbleToScale"] == ("True", "ScaleDownStabilized")
    for _ in range(20):
        look(cluster)
    assert replicas(cluster) == 1


def test_switched_off(cluster: Cluster) -> None:
    deploy(cluster, 0)
    autoscale(cluster)
    look(cluster)
    assert conditions(cluster)["ScalingActive"] == ("False", "ScalingDisabled")
    assert replicas(cluster) == 0


def test_without_metrics_api(bare: Cluster) -> None:
    deploy(bare)
    autoscale(bare)
    look(bare)
    why = f"failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: {NOT_SERVED}"
    text = f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {why}"
    assert [event for event in bare.events() if event[0] == "Warning"] == [
        ("Warning", "FailedGetResourceMetric", why),
        ("Warning", "FailedComputeMetricsReplicas", text),
    ]
    assert status(bare)["currentMetrics"] == [{"type": ""}]
    assert conditions(bare)["ScalingActive"] == ("False", "FailedGetResourceMetric")
    assert status(bare)["conditions"][1]["message"] == f"the HPA was unable to compute the replica count: {why}"


CUSTOM = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
VALUE = {"type": "Value", "value": "5"}


@pytest.mark.parametrize(
    ("metric", "reason", "told"),
    [
        pytest.param(
            {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "5"}}},
            "FailedGetPodsMetric",
            f"unable to get metric hits: {CUSTOM}",
            id="pods",
        ),
        pytest.param(
            {
                "type": "Object",
                "object": {"metric": {"name": "hits"}, "describedObject": {"kind": "Service", "name": "s"}, "target": VALUE},
            },
            "FailedGetObjectMetric",
            f"unable to get metric hits: Service on default s/{CUSTOM}",
            id="object",
        ),
        pytest.param(
            {
                "type": "External",
                "external": {"metric": {"name": "queue", "selector": {"matchLabels": {"a": "b"}}}, "target": VALUE},
            },
            "FailedGetExternalMetric",
            "unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},"
            "MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: "
            "the server could not find the requested resource (get queue.external.metrics.k8s.io)",
            id="external",
        ),
    ],
)
def test_other_metrics(cluster: Cluster, metric: Object, reason: str, told: str) -> None:
    deploy(cluster)
    autoscale(cluster, metrics=[metric])
    look(cluster)
    assert ("Warning", reason, told) in cluster.events()
    assert conditions(cluster)["ScalingActive"] == ("False", reason)


def test_one_metric_of_two_is_enough_to_grow(cluster: Cluster, figures: Figures) -> None:
    deploy(cluster)
    figures.cpu = "200m"
    pods = {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "5"}}
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 100}}
    autoscale(cluster, metrics=[{"type": "Pods", "pods": pods}, {"type": "Resource", "resource": cpu}])
    look(cluster)
    assert replicas(cluster) == 4
    figures.cpu = "1m"
    look(cluster)
    assert replicas(cluster) == 4
    assert "FailedComputeMetricsReplicas" in [reason for _, reason, _ in cluster.events()]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param({**TARGET, "name": "nope"}, 'deployments/scale.apps "nope" not found', id="no object"),
        pytest.param({**TARGET, "kind": "Thing"}, 'no matches for kind "Thing" in group "apps"', id="no kind"),
    ],
)
def test_no_target(cluster: Cluster, target: Object, told: str) -> None:
    autoscale(cluster, scaleTargetRef=target)
    look(cluster)
    assert cluster.events() == [("Warning", "FailedGetScale", told)]
    (condition,) = status(cluster)["conditions"]
    assert condition["message"] == f"the HPA controller was unable to get the target's current scale: {told}"


def test_two_for_the_same_pods(cluster: Cluster) -> None:
    deploy(cluster)
    autoscale(cluster)
    autoscale(cluster, "other")
    look(cluster)
    text = "pods by selector app=web are controlled by multiple HPAs: [{other default} {web default}]"
    assert ("Warning", "AmbiguousSelector", text) in cluster.events()


def test_missing_requests(cluster: Cluster) -> None:
    deploy(cluster, memory="1Mi")
    autoscale(cluster)
    look(cluster)
    why = [message for _, reason, message in cluster.events() if reason == "FailedGetResourceMetric"]
    assert len(why) == 1
    assert why[0].startswith("failed to get cpu utilization: missing request for cpu in container c of Pod web-")


def test_replication_controller(cluster: Cluster, figures: Figures) -> None:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    cluster.create(REPLICATION_CONTROLLERS, "web", {"spec": {"replicas": 1, "selector": LABELS, "template": template}})
    autoscale(cluster, scaleTargetRef={"apiVersion": "v1", "kind": "ReplicationController", "name": "web"}, minReplicas=3)
    look(cluster)
    assert cluster.get(REPLICATION_CONTROLLERS, "web")["spec"]["replicas"] == 3
