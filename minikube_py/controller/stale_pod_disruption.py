"""Takes back the mark of pods that were to be evicted and live on. Upstream: part of pkg/controller/disruption.

https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PODS
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339

Object = dict[str, Any]
STALE_AFTER = 120.0  # seconds after which a pod that was to go, and did not, is no target of a disruption any more


class StaleDisruptionController:
    """Takes back the condition DisruptionTarget of one pod that was to be deleted and was not."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Set the condition to False when its time is up. Raises StatusError."""
        pod = self._context.lister(PODS).get(*key)
        condition = None if pod is None else find_target(pod)
        if pod is None or condition is None:
            return Result()
        now = self._context.clock.now()
        left = parse_rfc3339(condition["lastTransitionTime"]) + STALE_AFTER - now
        if left > 0:
            return Result(left)
        stamp = format_rfc3339(now)
        changed = {"type": "DisruptionTarget", "status": "False", "lastTransitionTime": stamp, "lastProbeTime": None}
        body = {"status": {"conditions": [{**changed, "reason": None, "message": None}]}}
        self._context.client.patch(PODS, key.name, body, key.namespace, subresource="status")
        return Result()


def find_target(pod: Object) -> Object | None:
    """Return the condition that says a pod that lives is to be disrupted, but for its node's own."""
    status = pod.get("status") or {}
    condition = find_condition(status.get("conditions"), "DisruptionTarget")
    if condition is None or condition["status"] != "True" or condition.get("reason") == "TerminationByKubelet":
        return None
    if pod["metadata"].get("deletionTimestamp") or status.get("phase") in ("Succeeded", "Failed"):
        return None
    return condition


def keys_of_targets(pod: Object, context: Context) -> Iterable[Key]:
    """Return the key of a pod that is to be disrupted."""
    if find_target(pod) is not None:
        yield Key(pod["metadata"]["namespace"], pod["metadata"]["name"])


CONTROLLER = Controller("stale-pod-disruption", (Watch(PODS, keys_of_targets),), StaleDisruptionController)
