"""What each metric of an autoscaler calls for, and what its status says of the metric. Upstream: pkg/controller/podautoscaler.

Only resource metrics are served here; the others answer as in a cluster without adapters for custom and external metrics.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import NOT_SERVED
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.quantity import new_milli_quantity
from minikube_py.apis.go_literals import tell_label_selector
from minikube_py.controller.horizontal_pod_autoscaler.metrics import (
    NO_CUSTOM_API,
    MetricsError,
    ResourceMetrics,
    read_usage,
    to_milli,
)
from minikube_py.controller.horizontal_pod_autoscaler.replicas import Question, propose_by_average, propose_by_share

Object = dict[str, Any]
EMPTY: Object = {"type": ""}  # the status of a metric that could not be read


class Scene(NamedTuple):
    """Where a metric is looked at: the autoscaler's namespace, its pods and their selector, and how many there should be now."""

    source: ResourceMetrics
    namespace: str
    selector: str
    pods: list[Object]
    current: int
    now: float


class Failure(Exception):
    """A metric from which nothing follows. `told` is what the event and the condition say, the text what is added up."""

    def __init__(self, reason: str, told: str, text: str) -> None:
        super().__init__(text)
        self.reason, self.told = reason, told


class Proposal(NamedTuple):
    """How many pods a metric calls for, what it is called, and its status."""

    replicas: int
    metric: str
    status: Object


def propose(metric: Object, scene: Scene) -> Proposal:
    """Return what a metric calls for. Raises Failure."""
    kind = metric.get("type") or ""
    if kind == "Resource":
        return _propose_resource(metric, scene)
    if kind == "ContainerResource":
        return _propose_container_resource(metric, scene)
    if kind == "Pods":
        raise _fail_custom("Pods", _tell_pods(metric["pods"]))
    if kind == "Object":
        raise _fail_custom("Object", _tell_object(metric["object"], scene.namespace))
    if kind == "External":
        raise _fail_external(metric["external"], scene.namespace)
    told = f'unknown metric source type "{kind}"'
    raise Failure("InvalidMetricSourceType", told, told)


def _propose_resource(metric: Object, scene: Scene) -> Proposal:
    source = metric["resource"]
    try:
        replicas, name, current = _propose_usage(source, scene)
    except MetricsError as error:
        text = f"failed to get {source['name']} resource metric value: {error}"
        raise Failure("FailedGetResourceMetric", str(error), text) from error
    return Proposal(replicas, name, {"type": "Resource", "resource": {"name": source["name"], "current": current}})


def _propose_container_resource(metric: Object, scene: Scene) -> Proposal:
    source = metric["containerResource"]
    try:
        replicas, name, current = _propose_usage(source, scene)
    except MetricsError as error:
        text = f"failed to get {source['container']} container metric value: {error}"
        raise Failure("FailedGetContainerResourceMetric", str(error), text) from error
    found = {"name": source["name"], "container": source["container"], "current": current}
    return Proposal(replicas, name, {"type": "ContainerResource", "containerResource": found})


def _propose_usage(source: Object, scene: Scene) -> tuple[int, str, Object]:
    """Return the number of pods, the metric's name and its current value. Raises MetricsError."""
    resource, container, target = source["name"], source.get("container") or "", source["target"]
    word = "container resource" if container else "resource"
    if target.get("averageValue") is not None:
        return _propose_average(source, scene, f"{resource} {word}")
    share = target.get("averageUtilization")
    if share is None:
        raise MetricsError(
            "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set"
        )
    question = Question(scene.current, share, resource, container, scene.now)
    try:
        metrics = _read(source, scene)
        replicas, usage = propose_by_share(question, metrics, scene.pods)
    except MetricsError as error:
        raise MetricsError(f"failed to get {resource} utilization: {error}") from error
    current = {"averageUtilization": usage.share, "averageValue": str(new_milli_quantity(usage.average))}
    return replicas, f"{resource} {word} utilization (percentage of request)", current


def _propose_average(source: Object, scene: Scene, name: str) -> tuple[int, str, Object]:
    resource, container = source["name"], source.get("container") or ""
    target = to_milli(source["target"]["averageValue"])
    question = Question(scene.current, target, resource, container, scene.now)
    try:
        replicas, usage = propose_by_average(question, _read(source, scene), scene.pods)
    except MetricsError as error:
        raise MetricsError(f"failed to get {resource} usage: {error}") from error
    return replicas, name, {"averageValue": str(new_milli_quantity(usage.average))}


def _read(source: Object, scene: Scene) -> dict[str, Any]:
    resource = source["name"]
    try:
        return read_usage(scene.source, scene.namespace, scene.selector, resource, source.get("container") or "")
    except MetricsError as error:
        raise MetricsError(f"unable to get metrics for resource {resource}: {error}") from error


def _tell_pods(source: Object) -> str:
    return _check_selector(source) or f"unable to get metric {source['metric']['name']}: {NO_CUSTOM_API}"


def _tell_object(source: Object, namespace: str) -> str:
    if problem := _check_selector(source):
        return problem
    target, about = source["target"], source["describedObject"]
    if target.get("value") is None and target.get("averageValue") is None:
        return "invalid object metric source: neither a value target nor an average value target was set"
    what = f"{about['kind']} on {namespace} {about['name']}"
    return f"unable to get metric {source['metric']['name']}: {what}/{NO_CUSTOM_API}"


def _check_selector(source: Object) -> str:
    try:
        selector_from_object(source["metric"].get("selector") or {})
    except ValueError as error:
        return str(error)
    return ""


def _fail_custom(kind: str, told: str) -> Failure:
    return Failure(f"FailedGet{kind}Metric", told, f"failed to get {kind.lower()} metric value: {told}")


def _fail_external(source: Object, namespace: str) -> Failure:
    name, target = source["metric"]["name"], source["target"]
    outer = f"failed to get {name} external metric value: "
    if target.get("averageValue") is None and target.get("value") is None:
        told = "invalid external metric source: neither a value target nor an average value target was set"
        return Failure("FailedGetExternalMetric", told, outer + told)
    told = _check_selector(source)
    if not told:
        what = f"{namespace}/{name}/{tell_label_selector(source['metric'].get('selector'))}"
        why = f"unable to fetch metrics from external metrics API: {NOT_SERVED} (get {name}.external.metrics.k8s.io)"
        told = f"unable to get external metric {what}: {why}"
    return Failure("FailedGetExternalMetric", told, f"{outer}failed to get {name} external metric: {told}")
