"""Where an autoscaler's figures come from: the resource metrics API, as `kubectl top` reads it; there is no other metrics API here.

https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.duration import parse_seconds
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.client.resources import POD_METRICS
from minikube_py.client.rest import Client
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]
NANOS_OF_MILLI = 10**6
NO_CUSTOM_API = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"


class MetricsError(Exception):
    """Figures that cannot be had, or from which nothing follows; the text is Kubernetes'."""


class PodMetric(NamedTuple):
    """What one pod, or one container of it, uses: in thousandths, at a time, on average over some seconds before it."""

    value: int
    timestamp: float = 0.0
    window: float = 0.0


class ResourceMetrics(Protocol):
    """Lists what pods use."""

    def list_pods(self, namespace: str, selector: str) -> list[Object]:
        """Return the PodMetrics of the pods that a selector chooses. Raises StatusError."""


class MetricsApi:
    """Reads PodMetrics through the API."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list_pods(self, namespace: str, selector: str) -> list[Object]:
        """Return the PodMetrics of the pods that a selector chooses. Raises StatusError."""
        items: list[Object] = self._client.list(POD_METRICS, namespace, selector)["items"]
        return items


def read_usage(source: ResourceMetrics, namespace: str, selector: str, resource: str, container: str) -> dict[str, PodMetric]:
    """Return what pods use of a resource, by their names: all of a pod, or one container of it. Raises MetricsError."""
    try:
        found = source.list_pods(namespace, selector)
    except errors.StatusError as error:
        raise MetricsError(f"unable to fetch metrics from resource metrics API: {tell_request_error(error)}") from error
    if not found:
        raise MetricsError("no metrics returned from resource metrics API")
    if container:
        return _read_containers(found, resource, container)
    return {pod["metadata"]["name"]: metric for pod in found if (metric := _sum_pod(pod, resource)) is not None}


def tell_request_error(error: errors.StatusError) -> str:
    """Return an error as client-go tells it: of what is not served, it says what was asked for."""
    return f"{errors.NOT_SERVED} (get pods.metrics.k8s.io)" if error.message == errors.NOT_SERVED else error.message


def _read_containers(found: list[Object], resource: str, container: str) -> dict[str, PodMetric]:
    metrics = {}
    for pod in found:
        metadata = pod["metadata"]
        usage = next((c["usage"] for c in pod.get("containers") or () if c["name"] == container), None)
        if usage is None:
            where = f"{metadata['namespace']}/{metadata['name']}"
            raise MetricsError(f"failed to get container metrics: container {container} not present in metrics for pod {where}")
        if resource in usage:
            metrics[metadata["name"]] = _stamp(pod, to_milli(usage[resource]))
    return metrics


def _sum_pod(pod: Object, resource: str) -> PodMetric | None:
    usages = [container.get("usage") or {} for container in pod.get("containers") or ()]
    if any(resource not in usage for usage in usages):
        return None
    return _stamp(pod, sum(to_milli(usage[resource]) for usage in usages))


def _stamp(pod: Object, value: int) -> PodMetric:
    return PodMetric(value, parse_rfc3339(pod["timestamp"]), parse_seconds(pod["window"]))


def to_milli(quantity: str | int) -> int:
    """Return a quantity in thousandths, rounded up."""
    return -(-parse_quantity(quantity).nanos // NANOS_OF_MILLI)
