"""The scheduler: binds each pod that has no node to the best that all filters let through, or says why there is none.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from minikube_py.apimachinery.errors import Conflict, NotFound, StatusError
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import (
    NAMESPACES,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    STORAGE_CLASSES,
    Resource,
)
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.scheduler.attempt import Attempt, Surroundings
from minikube_py.scheduler.cache import NodeCache
from minikube_py.scheduler.default_selector import RESOURCES
from minikube_py.scheduler.diagnosis import Refusals
from minikube_py.scheduler.event import CLAIM, CSI_NODE, NODE, POD, STORAGE_CLASS, VOLUME, Event
from minikube_py.scheduler.framework import NodeInfo, Unschedulable
from minikube_py.scheduler.nominations import Nominations
from minikube_py.scheduler.plugins.node_volume_limits import CSI_NODES
from minikube_py.scheduler.preemption import Outcome, Preemption
from minikube_py.scheduler.queue import Queued, SchedulingQueue

Object = dict[str, Any]
COMPONENT = "default-scheduler"
TURN = Key("", "next")  # the only key: the queue knows which pod it is


class Scheduler:
    """Schedules one pod a reconcile, whatever the key: the queue knows whose turn it is."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods = context.lister(PODS)
        for resource in (NAMESPACES, *RESOURCES):
            context.lister(resource)
        self.nominations = Nominations()
        self.around = Surroundings(NodeCache(context.lister(NODES), self._pods), self.nominations)
        self.queue = SchedulingQueue(context.clock.now)
        self._recorder = context.series_recorder(COMPONENT)
        self._preemption = Preemption(context, self._recorder, self.nominations)

    def reconcile(self, key: Key) -> Result:
        """Bind the pod whose turn it is, or record why it cannot be bound."""
        queued = self.queue.pop()
        if queued is not None:
            pod = self._pods.get(*queued.key)
            if pod is None or not _wants_node(pod):
                self.queue.remove(queued.key)
            else:
                self._try(queued, pod)
        due = self.queue.next_due()
        return Result(None if due is None else max(0.0, due - self._context.clock.now()))

    def has_due(self) -> bool:
        """Return whether a pod is to be looked at now."""
        due = self.queue.next_due()
        return due is not None and due <= self._context.clock.now()

    def _try(self, queued: Queued, pod: Object) -> None:
        """Schedule a pod; one that met an error is tried again after a pause, unless it is gone by then."""
        plugins: Collection[str] = ()
        bound = False
        try:
            plugins = self._schedule(pod)
            bound = not plugins
        except StatusError as error:
            if not isinstance(error, NotFound | Conflict):
                self._report(pod, str(error), None, "SchedulerError")
        finally:
            if bound:
                self.queue.remove(queued.key)
            else:
                self.queue.put_back(queued, plugins)

    def _schedule(self, pod: Object) -> Collection[str]:
        """Return the names of the plugins that keep the pod from being bound; it is bound where none does. Raises StatusError."""
        nodes = len(self.around.nodes.list())
        try:
            attempt = Attempt(pod, self.around, self._context)
        except Unschedulable as error:
            self._give_up(pod, None, Refusals(nodes, str(error)))
            return (error.plugin,)
        refused = Refusals(nodes)
        fitting = attempt.find_fitting(refused)
        if not fitting:
            self._give_up(pod, attempt, refused)
            return refused.plugins or ("NodeName",)  # without nodes it waits for the first
        chosen = attempt.choose(fitting, self._context.rng)
        if not attempt.pre_bind(chosen):
            return ("VolumeBinding",)
        self._bind(pod, chosen)
        return ()

    def _give_up(self, pod: Object, attempt: Attempt | None, refused: Refusals) -> None:
        outcome = self._preemption.run(attempt, pod, refused) if refused.nodes else Outcome(None, "")
        self._report(pod, refused.explain(outcome.why), outcome.nominated)

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

    def _report(self, pod: Object, message: str, nominated: str | None, reason: str = "Unschedulable") -> None:
        """Tell the pod and the world why it is not bound; `nominated` is where it is to go, None where that stays as it is."""
        metadata, status = pod["metadata"], pod.get("status") or {}
        self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)
        before = find_condition(status.get("conditions") or [], "PodScheduled") or {}
        stays = nominated is None or nominated == (status.get("nominatedNodeName") or "")
        if stays and (before.get("status"), before.get("reason"), before.get("message")) == ("False", reason, message):
            return
        since = before.get("lastTransitionTime") if before.get("status") == "False" else None
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "reason": reason,
            "message": message,
            "lastProbeTime": None,
            "lastTransitionTime": since or format_rfc3339(self._context.clock.now()),
        }
        body: Object = {"conditions": [condition]}
        if not stays:
            body["nominatedNodeName"] = nominated or None
        self._context.client.patch(PODS, metadata["name"], {"status": body}, metadata["namespace"], subresource="status")


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
    key, uid = Key(metadata["namespace"], metadata["name"]), metadata["uid"]
    newest = context.lister(PODS).get(*key)
    gone = newest is None or newest["metadata"]["uid"] != uid
    if not gone and newest is not pod:
        return ()  # it is how the pod was: how it is has been seen to
    now = pod if newest is None or gone else newest
    scheduler.nominations.update(now, gone=gone)
    nodes, queue = scheduler.around.nodes, scheduler.queue
    before = nodes.find_pod(uid)
    if nodes.update_pod(now, gone=gone):
        queue.wake(Event(POD, before, nodes.find_pod(uid)))
    if not gone and _wants_node(now):
        queue.update(key, now)
    elif newest is None or not gone:
        queue.remove(key)
    return _turn(scheduler)


def _turn(scheduler: Scheduler) -> Iterable[Key]:
    """Return the key that stands for all, where a pod is to be looked at."""
    return (TURN,) if scheduler.has_due() else ()


def _node_changed(node: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    name = node["metadata"]["name"]
    before = scheduler.around.nodes.update_node(name)
    info = scheduler.around.nodes.get(name)
    after = info.node if info is not None else None
    if before is after or (before is not None and after is not None and _look(before) == _look(after)):
        return ()
    scheduler.queue.wake(Event(NODE, before, after))
    return _turn(scheduler)


def _look(node: Object) -> tuple[Any, ...]:
    """Return what of a node decides who may come."""
    spec, status = node.get("spec") or {}, node.get("status") or {}
    return node["metadata"].get("labels"), spec.get("taints"), spec.get("unschedulable"), status.get("allocatable")


def _watch(resource: Resource, what: str) -> Watch:
    """Return a watch that tells the queue of every change of a resource."""

    def to_keys(obj: Object, context: Context) -> Iterable[Key]:
        scheduler: Scheduler = context.reconciler
        there = context.lister(resource).get(obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        scheduler.queue.wake(Event(what, obj, there))
        return _turn(scheduler)

    return Watch(resource, to_keys)


CONTROLLER = Controller(
    "scheduler",
    (
        Watch(PODS, _pod_changed),
        Watch(NODES, _node_changed),
        _watch(PERSISTENT_VOLUME_CLAIMS, CLAIM),
        _watch(PERSISTENT_VOLUMES, VOLUME),
        _watch(STORAGE_CLASSES, STORAGE_CLASS),
        _watch(CSI_NODES, CSI_NODE),
    ),
    Scheduler,
)
