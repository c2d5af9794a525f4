"""Evicts pods from nodes with NoExecute taints, at once or when the time is over that they tolerate them for.

Upstream: pkg/controller/tainteviction. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apimachinery.tolerations import tolerates
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NODES, PODS
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
COMPONENT = "taint-eviction-controller"
FOREVER = float("inf")


def tolerated_seconds(taints: Iterable[Object], tolerations: list[Object]) -> float:
    """Return for how long a pod stands all of the taints: 0 where one is not tolerated, FOREVER where there is no end."""
    least = FOREVER
    for taint in taints:
        found = next((t for t in tolerations if tolerates((t,), taint)), None)
        if found is None:
            return 0.0
        if found.get("tolerationSeconds") is not None:
            least = min(least, max(0.0, float(found["tolerationSeconds"])))
    return least


class TaintEvictionController:
    """Evicts one pod when its time on its node is over."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods, self._nodes = context.lister(PODS), context.lister(NODES)
        self._recorder = context.recorder(COMPONENT)
        self.since: dict[Key, tuple[str, float]] = {}  # pods that are to go: uid, and when that was found
        self.taints: dict[str, list[Object]] = {}  # the nodes' taints when they were looked at the last time

    def reconcile(self, key: Key) -> Result:
        """Evict the pod if it is time, or say when it will be. Raises StatusError."""
        pod = self._pods.get(*key)
        if pod is None or pod["metadata"].get("deletionTimestamp") or not pod["spec"].get("nodeName"):
            self.since.pop(key, None)
            return Result()
        taints = self.list_taints(pod["spec"]["nodeName"])
        seconds = tolerated_seconds(taints, pod["spec"].get("tolerations") or [])
        uid, now = pod["metadata"]["uid"], self._context.clock.now()
        known = self.since.get(key)
        if known is not None and known[0] != uid:
            known = None
        if seconds == FOREVER:
            if self.since.pop(key, None) is not None and known is not None:
                self._tell(pod, "Cancelling deletion of")
            return Result()
        since = known[1] if known is not None else now
        if now < since + seconds:
            self.since[key] = (uid, since)
            return Result(since + seconds - now)
        self._evict(pod)
        return Result()

    def list_taints(self, name: str) -> list[Object]:
        """Return a node's NoExecute taints."""
        node = self._nodes.get("", name)
        return [t for t in ((node or {}).get("spec") or {}).get("taints") or () if t.get("effect") == "NoExecute"]

    def _tell(self, pod: Object, what: str) -> None:
        metadata = pod["metadata"]
        message = f"{what} Pod {metadata['namespace']}/{metadata['name']}"
        self._recorder.event(pod, "Normal", "TaintManagerEviction", message)

    def _evict(self, pod: Object) -> None:
        self._tell(pod, "Marking for deletion")
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByTaintManager",
            "message": "Taint manager: deleting due to NoExecute taint",
            "lastTransitionTime": format_rfc3339(self._context.clock.now()),
        }
        try:
            self._context.client.patch(PODS, name, {"status": {"conditions": [condition]}}, namespace, subresource="status")
            self._context.client.delete(PODS, name, namespace)
        except NotFound:
            return
        finally:
            self.since.pop(Key(namespace, name), None)


def _pod_changed(pod: Object, context: Context) -> Iterable[Key]:
    controller: TaintEvictionController = context.reconciler
    key = Key(pod["metadata"]["namespace"], pod["metadata"]["name"])
    node = pod["spec"].get("nodeName")
    if key in controller.since or (node and controller.list_taints(node)):
        yield key


def _node_changed(node: Object, context: Context) -> Iterable[Key]:
    controller: TaintEvictionController = context.reconciler
    name = node["metadata"]["name"]
    taints = controller.list_taints(name)
    if taints == controller.taints.get(name, []):
        return
    controller.taints[name] = taints
    for pod in context.lister(PODS).by_node(name):
        yield Key(pod["metadata"]["namespace"], pod["metadata"]["name"])


CONTROLLER = Controller("taint-eviction", (Watch(PODS, _pod_changed), Watch(NODES, _node_changed)), TaintEvictionController)
