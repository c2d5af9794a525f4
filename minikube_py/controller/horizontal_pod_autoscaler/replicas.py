"""How many pods a metric calls for. Pure. Upstream: pkg/controller/podautoscaler/replica_calculator.go.

Where figures are missing or do not count yet, the change is reckoned again on the cautious side, and not made if that turns it about.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.controller.horizontal_pod_autoscaler.metrics import MetricsError, PodMetric
from minikube_py.controller.horizontal_pod_autoscaler.pods import Groups, group_pods, sum_requests

Object = dict[str, Any]
TOLERANCE = 0.1
NO_PODS = "no pods returned by selector while calculating replica count"
NO_FIGURES = "did not receive metrics for targeted pods (pods might be unready)"


class Usage(NamedTuple):
    """What pods use against what they should: the ratio, the share of their requests in percent, and the average in thousandths."""

    ratio: float
    share: int
    average: int


class Proposal(NamedTuple):
    """How many pods there should be, and what led to it."""

    replicas: int
    usage: Usage


class Question(NamedTuple):
    """What is asked of the figures: `target` is a share in percent or an average in thousandths."""

    current: int
    target: int
    resource: str
    container: str
    now: float


Measure = Callable[[dict[str, PodMetric]], Usage]


def propose_by_share(question: Question, metrics: dict[str, PodMetric], pods: list[Object]) -> Proposal:
    """Return how many pods keep a share of what they ask for. Raises MetricsError."""
    groups = _check(question, metrics, pods)
    requests = sum_requests(pods, question.resource, question.container)
    fallback = max(100, question.target)

    def measure(figures: dict[str, PodMetric]) -> Usage:
        return measure_share(figures, requests, question.target)

    full = {name: PodMetric(requests[name] * fallback // 100) for name in groups.missing}
    return _propose(question, metrics, groups, measure, full)


def propose_by_average(question: Question, metrics: dict[str, PodMetric], pods: list[Object]) -> Proposal:
    """Return how many pods keep an average amount. Raises MetricsError."""
    groups = _check(question, metrics, pods)
    full = {name: PodMetric(question.target) for name in groups.missing}
    return _propose(question, metrics, groups, lambda figures: measure_average(figures, question.target), full)


def _check(question: Question, metrics: dict[str, PodMetric], pods: list[Object]) -> Groups:
    """Sort the pods, and take those figures out of `metrics` that do not count."""
    if not pods:
        raise MetricsError(NO_PODS)
    groups = group_pods(pods, metrics, question.resource, question.now)
    for name in groups.ignored | groups.unready:
        metrics.pop(name, None)
    if not metrics:
        raise MetricsError(NO_FIGURES)
    return groups


def _propose(
    question: Question, metrics: dict[str, PodMetric], groups: Groups, measure: Measure, full: dict[str, PodMetric]
) -> Proposal:
    usage, current = measure(metrics), question.current
    fills_unready = bool(groups.unready) and usage.ratio > 1
    if not fills_unready and not groups.missing:
        if is_tolerable(usage.ratio):
            return Proposal(current, usage)
        return Proposal(math.ceil(usage.ratio * groups.ready), usage)
    if usage.ratio < 1:
        metrics.update(full)
    elif usage.ratio > 1:
        metrics.update(dict.fromkeys(groups.missing, PodMetric(0)))
    if fills_unready:
        metrics.update(dict.fromkeys(groups.unready, PodMetric(0)))
    ratio = measure(metrics).ratio
    replicas = math.ceil(ratio * len(metrics))
    turns = (usage.ratio < 1 < ratio) or (usage.ratio > 1 > ratio)
    against = (ratio < 1 and replicas > current) or (ratio > 1 and replicas < current)
    return Proposal(current if is_tolerable(ratio) or turns or against else replicas, usage)


def is_tolerable(ratio: float) -> bool:
    """Return whether a ratio is so near one that nothing changes."""
    return abs(1.0 - ratio) <= TOLERANCE


def measure_share(metrics: dict[str, PodMetric], requests: dict[str, int], target: int) -> Usage:
    """Return what pods use of what they ask for. Raises MetricsError where no figure is of a known pod."""
    known = [name for name in metrics if name in requests]
    used, asked = sum(metrics[name].value for name in known), sum(requests[name] for name in known)
    if not asked:
        raise MetricsError("no metrics returned matched known pods")
    share = used * 100 // asked
    return Usage(share / target, share, used // len(known))


def measure_average(metrics: dict[str, PodMetric], target: int) -> Usage:
    """Return what pods use on average."""
    average = sum(metric.value for metric in metrics.values()) // len(metrics)
    return Usage(average / target, 0, average)
