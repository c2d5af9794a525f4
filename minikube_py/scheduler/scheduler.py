"""The scheduler: binds each pod that has no node to the best that all filters let through, or says why there is none.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import (
    NAMESPACES,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    STORAGE_CLASSES,
)
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.scheduler.attempt import Attempt
from minikube_py.scheduler.cache import NodeCache
from minikube_py.scheduler.default_selector import RESOURCES
from minikube_py.scheduler.diagnosis import Refusals
from minikube_py.scheduler.framework import NodeInfo, Unschedulable
from minikube_py.scheduler.nominations import Nominations
from minikube_py.scheduler.preemption import Outcome, Preemption
from minikube_py.scheduler.victims import priority_of

Object = dict[str, Any]
COMPONENT = "default-scheduler"
RETRY_SECONDS = 300.0  # an unschedulable pod is looked at again this late even if nothing wakes it


class Scheduler:
    """Schedules one pod a reconcile."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods = context.lister(PODS)
        for resource in (NAMESPACES, *RESOURCES):
            context.lister(resource)
        self.cache = NodeCache(context.lister(NODES), self._pods)
        self.nominations = Nominations()
        self._recorder = context.series_recorder(COMPONENT)
        self._preemption = Preemption(context, self._recorder, self.nominations)
        self.waiting: dict[Key, tuple[Any, ...]] = {}  # pods that fit nowhere, as they were when they were looked at
        self.nodes: dict[str, tuple[Any, ...]] = {}  # what of a node decides who may come

    def reconcile(self, key: Key) -> Result:
        """Bind the pod, or record why it cannot be bound."""
        pod = self._pods.get(*key)
        if pod is None or not _wants_node(pod):
            self.waiting.pop(key, None)
            return Result()
        nodes = self.cache.list()
        try:
            attempt = Attempt(pod, nodes, self._context, self.nominations.list_before)
        except Unschedulable as error:
            return self._wait(key, pod, None, Refusals(len(nodes), str(error)))
        refused = Refusals(len(nodes))
        fitting = attempt.find_fitting(refused)
        if not fitting:
            return self._wait(key, pod, attempt, refused)
        chosen = attempt.choose(fitting, self._context.rng)
        if not attempt.pre_bind(chosen):
            self.waiting[key] = _what_counts(pod)
            return Result(RETRY_SECONDS)
        self.waiting.pop(key, None)
        self._bind(pod, chosen)
        return Result()

    def _wait(self, key: Key, pod: Object, attempt: Attempt | None, refused: Refusals) -> Result:
        self.waiting[key] = _what_counts(pod)
        outcome = self._preemption.run(attempt, pod, refused) if refused.nodes else Outcome(None, "")
        self._report(pod, refused.explain(outcome.why), outcome.nominated)
        return Result(RETRY_SECONDS)

    def list_waiting(self) -> list[Key]:
        """Return the pods that wait, the most important first."""
        pods = [(key, self._pods.get(*key)) for key in self.waiting]
        found = [(-priority_of(pod), pod["metadata"]["creationTimestamp"], key) for key, pod in pods if pod is not None]
        return [key for _, _, key in sorted(found)]

    def _bind(self, pod: Object, node: NodeInfo) -> None:
        metadata = pod["metadata"]
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]},
            "target": {"kind": "Node", "name": node.name},
        }
        self._context.client.create(PODS, binding, metadata["namespace"], subresource="binding")
        message = f"Successfully assigned {metadata['namespace']}/{metadata['name']} to {node.name}"
        self._recorder.event(pod, "Normal", "Scheduled", "Binding", message)

    def _report(self, pod: Object, message: str, nominated: str | None) -> None:
        """Tell the pod and the world why it is not bound; `nominated` is where it is to go, None where that stays as it is."""
        status = pod.get("status") or {}
        before = find_condition(status.get("conditions") or [], "PodScheduled")
        same = before is not None and before.get("message") == message
        stays = nominated is None or nominated == (status.get("nominatedNodeName") or "")
        if same and stays:
            return
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
            "lastProbeTime": None,
            "lastTransitionTime": before["lastTransitionTime"]
            if before and before["status"] == "False" and before.get("lastTransitionTime")
            else format_rfc3339(self._context.clock.now()),
        }
        metadata = pod["metadata"]
        body: Object = {"conditions": [condition]}
        if not stays:
            body["nominatedNodeName"] = nominated or None
        self._context.client.patch(PODS, metadata["name"], {"status": body}, metadata["namespace"], subresource="status")
        if not same:
            self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)


def _wants_node(pod: Object) -> bool:
    return (
        not pod["spec"].get("nodeName")
        and not pod["metadata"].get("deletionTimestamp")
        and pod["spec"].get("schedulerName", COMPONENT) == COMPONENT
        and not pod["spec"].get("schedulingGates")
    )


def _pod_changed(pod: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    metadata = pod["metadata"]
    key = Key(metadata["namespace"], metadata["name"])
    newest = context.lister(PODS).get(*key)
    gone = newest is None or newest["metadata"]["uid"] != metadata["uid"]
    scheduler.nominations.update(pod if newest is None or gone else newest, gone=gone)
    if node := pod["spec"].get("nodeName"):
        scheduler.cache.forget(node)
        if gone or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            yield from scheduler.list_waiting()  # room may have come free
        elif scheduler.waiting and _has_friends(pod, scheduler, context):
            yield from scheduler.list_waiting()
    elif newest is None or scheduler.waiting.get(key) != _what_counts(newest):
        yield key  # what this or the kubelet say in its status is no reason to look again


def _what_counts(pod: Object) -> tuple[Any, ...]:
    metadata = pod["metadata"]
    return metadata["uid"], metadata.get("generation"), metadata.get("labels"), metadata.get("deletionTimestamp")


def _has_friends(pod: Object, scheduler: Scheduler, context: Context) -> bool:
    """Return whether a pod that waits wants to be near others: one more of them may be what it waits for."""
    waiting = (context.lister(PODS).get(*key) for key in scheduler.waiting)
    return any((p["spec"].get("affinity") or {}).get("podAffinity") for p in waiting if p is not None)


def _node_changed(node: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    name = node["metadata"]["name"]
    newest = context.lister(NODES).get("", name)
    if newest is None:
        scheduler.cache.forget(name)
        scheduler.nodes.pop(name, None)
        return scheduler.list_waiting()  # it is one node fewer: they say so
    spec, status = newest.get("spec") or {}, newest.get("status") or {}
    counts = (newest["metadata"].get("labels"), spec.get("taints"), spec.get("unschedulable"), status.get("allocatable"))
    if scheduler.nodes.get(name) == counts:
        return ()
    scheduler.nodes[name] = counts
    return scheduler.list_waiting()


def _claim_changed(claim: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    return [key for key in scheduler.list_waiting() if key.namespace == claim["metadata"]["namespace"]]


def _storage_changed(obj: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    return scheduler.list_waiting()


CONTROLLER = Controller(
    "scheduler",
    (
        Watch(PODS, _pod_changed),
        Watch(NODES, _node_changed),
        Watch(PERSISTENT_VOLUME_CLAIMS, _claim_changed),
        Watch(PERSISTENT_VOLUMES, _storage_changed),
        Watch(STORAGE_CLASSES, _storage_changed),
    ),
    Scheduler,
)
