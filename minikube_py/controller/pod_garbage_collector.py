"""Removes pods that nobody else will: of nodes that are gone or out of service, such as end without ever having had a node, and
the oldest of very many that ended.

Upstream: pkg/controller/podgc. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apimachinery.unstructured import is_condition_true
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NODES, PODS
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339

Object = dict[str, Any]
PERIOD_SECONDS = 20.0  # between two looks of Kubernetes' collector: so long at most a pod that had no node stays
QUARANTINE_SECONDS = 40.0  # so long a node may be missing before its pods are
TERMINATED_THRESHOLD = 12500
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ENDED = ("Succeeded", "Failed")
ALL_ENDED = Key("", "")  # stands for the pods that ended together


class PodGarbageCollector:
    """Removes one pod, or the oldest of those that ended."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods, self._nodes = context.lister(PODS), context.lister(NODES)
        self.missing: dict[str, float] = {}  # nodes that are not there, and since when that is known
        self.ended: set[Key] = set()

    def reconcile(self, key: Key) -> Result:
        """Remove the pod if its node is gone for long enough. Raises StatusError."""
        if key == ALL_ENDED:
            self._remove_oldest()
            return Result()
        pod = self._pods.get(*key)
        if pod is None:
            return Result()
        if self._is_out_of_service(pod):
            self._remove(pod, "")
            return Result()
        if is_unscheduled_terminating(pod):
            left = parse_rfc3339(pod["metadata"]["deletionTimestamp"]) + PERIOD_SECONDS - self._context.clock.now()
            if left <= 0:
                self._remove(pod, "")
            return Result(left if left > 0 else None)
        return Result(self._check_node(pod))

    def _check_node(self, pod: Object) -> float | None:
        name, now = pod["spec"].get("nodeName"), self._context.clock.now()
        if not name or self._nodes.get("", name) is not None:
            return None
        left = self.missing.setdefault(name, now) + QUARANTINE_SECONDS - now
        if left <= 0:
            self._remove(pod, "PodGC: node no longer exists")
        return left if left > 0 else None

    def _is_out_of_service(self, pod: Object) -> bool:
        node = self._nodes.get("", pod["spec"].get("nodeName") or "")
        if node is None or not pod["metadata"].get("deletionTimestamp"):
            return False
        tainted = any(taint["key"] == OUT_OF_SERVICE for taint in (node.get("spec") or {}).get("taints") or ())
        return tainted and not is_condition_true((node.get("status") or {}).get("conditions"), "Ready")

    def _remove_oldest(self) -> None:
        pods = [pod for key in self.ended if (pod := self._pods.get(*key)) is not None]
        pods.sort(key=lambda p: (not _is_evicted(p), p["metadata"]["creationTimestamp"], p["metadata"]["name"]))
        for pod in pods[: max(0, len(pods) - TERMINATED_THRESHOLD)]:
            self._remove(pod, "")

    def _remove(self, pod: Object, why: str) -> None:
        """Call the pod failed if it has not ended, with the reason where there is one, and delete it at once."""
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        client = self._context.client
        try:
            if (pod.get("status") or {}).get("phase") not in ENDED:
                client.patch(PODS, name, {"status": self._tell_failed(why)}, namespace, subresource="status")
            client.delete(PODS, name, namespace, {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}})
        except NotFound:
            return

    def _tell_failed(self, why: str) -> Object:
        if not why:
            return {"phase": "Failed"}
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByPodGC",
            "message": why,
            "lastTransitionTime": format_rfc3339(self._context.clock.now()),
        }
        return {"phase": "Failed", "conditions": [condition]}


def is_unscheduled_terminating(pod: Object) -> bool:
    """Return whether a pod is being deleted that no kubelet will ever see."""
    return bool(pod["metadata"].get("deletionTimestamp")) and not pod["spec"].get("nodeName")


def _is_evicted(pod: Object) -> bool:
    status = pod.get("status") or {}
    return status.get("phase") == "Failed" and status.get("reason") == "Evicted"


def _pod_changed(pod: Object, context: Context) -> Iterable[Key]:
    collector: PodGarbageCollector = context.reconciler
    key = Key(pod["metadata"]["namespace"], pod["metadata"]["name"])
    if (pod.get("status") or {}).get("phase") not in ENDED or context.lister(PODS).get(*key) is None:
        collector.ended.discard(key)
    else:
        collector.ended.add(key)
        if len(collector.ended) > TERMINATED_THRESHOLD:
            yield ALL_ENDED
    node = pod["spec"].get("nodeName")
    if pod["metadata"].get("deletionTimestamp") or (node and context.lister(NODES).get("", node) is None):
        yield key


def _node_changed(node: Object, context: Context) -> Iterable[Key]:
    collector: PodGarbageCollector = context.reconciler
    name = node["metadata"]["name"]
    gone = context.lister(NODES).get("", name) is None
    if not gone:
        collector.missing.pop(name, None)
    if gone or any(taint["key"] == OUT_OF_SERVICE for taint in (node.get("spec") or {}).get("taints") or ()):
        for pod in context.lister(PODS).by_node(name):
            yield Key(pod["metadata"]["namespace"], pod["metadata"]["name"])


CONTROLLER = Controller("pod-garbage-collector", (Watch(PODS, _pod_changed), Watch(NODES, _node_changed)), PodGarbageCollector)
