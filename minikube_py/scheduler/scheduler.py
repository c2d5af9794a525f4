"""The scheduler: binds each pod that has no node to the best that all filters let through, or says why there is none.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.scheduler.cache import NodeCache
from minikube_py.scheduler.framework import NodeInfo, Unschedulable, load_plugins

Object = dict[str, Any]
COMPONENT = "default-scheduler"
RETRY_SECONDS = 300.0  # an unschedulable pod is looked at again this late even if nothing wakes it


class Refusals:
    """Why nodes refused a pod: each reason with its count, and how many nodes could be won by ending other pods.

    `whole` is a reason that lies in no node.
    """

    def __init__(self, whole: str = "") -> None:
        self.whole = whole
        self.reasons: Counter[str] = Counter()
        self.nodes = 0
        self.resolvable = 0


class Scheduler:
    """Schedules one pod a reconcile."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods = context.lister(PODS)
        self.cache = NodeCache(context.lister(NODES), self._pods)
        self._recorder = context.recorder(COMPONENT)
        self.waiting: set[Key] = set()

    def reconcile(self, key: Key) -> Result:
        """Bind the pod, or record why it cannot be bound."""
        pod = self._pods.get(*key)
        if pod is None or not _wants_node(pod):
            self.waiting.discard(key)
            return Result()
        nodes = self.cache.list()
        try:
            states = [self._prepare(plugin, pod, nodes) for plugin in load_plugins()]
        except Unschedulable as error:
            refused = Refusals(str(error))
            refused.nodes = len(nodes)
            return self._wait(key, pod, refused)
        refused = Refusals()
        narrowed = _narrow(pod)
        asked = [node for node in nodes if not _is_left_out(node, narrowed, refused)]
        fitting = [node for node in asked if not self._refuse(pod, node, states, refused)]
        if not fitting:
            return self._wait(key, pod, refused)
        chosen = self._choose(pod, fitting, states)
        if not self._pre_bind(chosen, states):
            self.waiting.add(key)
            return Result(RETRY_SECONDS)
        self.waiting.discard(key)
        self._bind(pod, chosen)
        return Result()

    def _wait(self, key: Key, pod: Object, refused: Refusals) -> Result:
        self.waiting.add(key)
        self._report(pod, refused)
        return Result(RETRY_SECONDS)

    def _prepare(self, plugin: ModuleType, pod: Object, nodes: list[NodeInfo]) -> Any:
        if hasattr(plugin, "look_up"):
            return plugin.look_up(pod, self._context)
        return plugin.pre_filter(pod, nodes) if hasattr(plugin, "pre_filter") else None

    def _pre_bind(self, node: NodeInfo, states: list[Any]) -> bool:
        pairs = zip(load_plugins(), states, strict=True)
        return all(p.pre_bind(node, state, self._context) for p, state in pairs if hasattr(p, "pre_bind"))

    def _refuse(self, pod: Object, node: NodeInfo, states: list[Any], refused: Refusals) -> bool:
        for plugin, state in zip(load_plugins(), states, strict=True):
            if hasattr(plugin, "filter") and (reason := plugin.filter(pod, node, state)):
                refused.reasons.update(reason.split("\n"))
                refused.resolvable += getattr(plugin, "RESOLVABLE", False)
                refused.nodes += 1
                return True
        return False

    def _choose(self, pod: Object, nodes: list[NodeInfo], states: list[Any]) -> NodeInfo:
        if len(nodes) == 1:
            return nodes[0]
        scorers = [(p, s) for p, s in zip(load_plugins(), states, strict=True) if hasattr(p, "score")]
        scores = [sum(getattr(p, "WEIGHT", 1) * p.score(pod, node, s) for p, s in scorers) for node in nodes]
        best = max(scores)
        return self._context.rng.choice([n for n, s in zip(nodes, scores, strict=True) if s == best])

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
        self._recorder.event(pod, "Normal", "Scheduled", message)

    def _report(self, pod: Object, refused: Refusals) -> None:
        message = explain(refused, pod["spec"].get("preemptionPolicy") or "")
        before = find_condition((pod.get("status") or {}).get("conditions") or [], "PodScheduled")
        if before is not None and before.get("message") == message:
            return
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
            "lastProbeTime": None,
            "lastTransitionTime": before["lastTransitionTime"]
            if before and before["status"] == "False"
            else format_rfc3339(self._context.clock.now()),
        }
        metadata = pod["metadata"]
        body = {"status": {"conditions": [condition]}}
        self._context.client.patch(PODS, metadata["name"], body, metadata["namespace"], subresource="status")
        self._recorder.event(pod, "Warning", "FailedScheduling", message)


def _narrow(pod: Object) -> dict[str, set[str]]:
    """Return the plugins that let only some nodes come into question, with the names of those."""
    named = {p.NAME: p.narrow(pod) for p in load_plugins() if hasattr(p, "narrow")}
    return {plugin: names for plugin, names in named.items() if names is not None}


def _is_left_out(node: NodeInfo, narrowed: dict[str, set[str]], refused: Refusals) -> bool:
    if all(node.name in names for names in narrowed.values()):
        return False
    refused.reasons[f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(narrowed))}]"] += 1
    refused.nodes += 1
    return True


def explain(refused: Refusals, preemption_policy: str) -> str:
    """Return the FailedScheduling message: how many nodes there are, how often each reason was given, and what preemption could do."""
    total = refused.nodes
    if not total:
        return "no nodes available to schedule pods"
    reasons = refused.whole or ", ".join(sorted(f"{count} {reason}" for reason, count in refused.reasons.items()))
    text = f"0/{total} nodes are available: {reasons}. preemption: "
    if preemption_policy == "Never":
        return text + "not eligible due to preemptionPolicy=Never."
    hopes = [
        (refused.resolvable, "No preemption victims found for incoming pod"),
        (total - refused.resolvable, "Preemption is not helpful for scheduling"),
    ]
    return f"{text}0/{total} nodes are available: {', '.join(f'{n} {hope}' for n, hope in hopes if n)}."


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
    if node := pod["spec"].get("nodeName"):
        scheduler.cache.forget(node)
        if metadata.get("deletionTimestamp") or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            yield from list(scheduler.waiting)  # room may have come free
    else:
        yield Key(metadata["namespace"], metadata["name"])


def _node_changed(node: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    if context.lister(NODES).get("", node["metadata"]["name"]) is None:
        scheduler.cache.forget(node["metadata"]["name"])
    return list(scheduler.waiting)


def _claim_changed(claim: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    return [key for key in scheduler.waiting if key.namespace == claim["metadata"]["namespace"]]


def _storage_changed(obj: Object, context: Context) -> Iterable[Key]:
    scheduler: Scheduler = context.reconciler
    return list(scheduler.waiting)


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
