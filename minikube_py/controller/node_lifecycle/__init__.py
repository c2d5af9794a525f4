"""Watches over nodes: taints them by their conditions, calls those lost that are not heard of, and their pods not ready.

Upstream: pkg/controller/nodelifecycle. https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import LEASES, NODES, PODS
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.node_lifecycle.health import LATE_SECONDS, Health, due_of, read_health, tell_lost
from minikube_py.controller.node_lifecycle.taints import Taint, is_evicting, list_wanted, update_taints
from minikube_py.controller.node_lifecycle.zones import EXCLUDED_LABEL, Place, Zones, zone_of

Object = dict[str, Any]
COMPONENT = "node-controller"
LEASE_NAMESPACE = "kube-node-lease"


class NodeLifecycleController:
    """Keeps one node's taints, and its conditions where the node itself no longer does."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._nodes, self._leases, self._pods = (context.lister(r) for r in (NODES, LEASES, PODS))
        self._recorder = context.recorder(COMPONENT)
        self._known: dict[str, Object] = {}  # the nodes that were there the last time
        self._healths: dict[str, Health] = {}
        self._ready: dict[str, bool] = {}
        self._zones = Zones()
        self._all_lost = False

    def reconcile(self, key: Key) -> Result:
        """Bring a node's conditions and taints up to date. Raises StatusError."""
        node = self._nodes.get("", key.name)
        if node is None:
            self._forget(key.name)
            return Result()
        if key.name not in self._known:
            self._recorder.event(node, "Normal", "RegisteredNode", self._say(key.name, "Registered Node {} in Controller"))
        self._known[key.name] = node
        observed = is_ready(node)
        node, delay = self._check_health(node)
        self._ready[key.name] = is_ready(node)
        if observed and not self._ready[key.name]:
            self._tell_pods(node)
        self._note_zone(node)
        return Result(min(delay, self._taint(node) or delay))

    def _forget(self, name: str) -> None:
        known = self._known.pop(name, None)
        if known is None:
            return
        self._healths.pop(name, None)
        self._ready.pop(name, None)
        self._zones.note(name, None)
        self._note_disruption()
        self._recorder.event(known, "Normal", "RemovingNode", self._say(name, "Removing Node {} from Controller"))

    @staticmethod
    def _say(name: str, what: str) -> str:
        return f"Node {name} event: {what.format(name)}"

    def _check_health(self, node: Object) -> tuple[Object, float]:
        """Return the node, its conditions Unknown where it fell silent, and in how many seconds to look again."""
        name, now = node["metadata"]["name"], self._context.clock.now()
        before = self._healths.get(name)
        health = read_health(node, self._leases.get(LEASE_NAMESPACE, name), before, now)
        due = due_of(node, health)
        if before is not None and health is before and now - due > LATE_SECONDS and self._ready.get(name):
            health = health._replace(seen_at=now)
            due = due_of(node, health)
        self._healths[name] = health
        if now < due:
            return node, due - now
        conditions = tell_lost(node, now)
        if conditions is not None:
            body = {"status": {"conditions": conditions}}
            node = self._context.client.patch(NODES, name, body, subresource="status")
        return node, due_of(node, health._replace(seen_at=now)) - now

    def _tell_pods(self, node: Object) -> None:
        """Call the pods of a node that has just fallen silent not ready either; a node that speaks tells of its pods itself."""
        name = node["metadata"]["name"]
        self._recorder.event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")
        for pod in self._pods.by_node(name):
            self._call_not_ready(pod)

    def _call_not_ready(self, pod: Object) -> None:
        condition = find_condition((pod.get("status") or {}).get("conditions") or (), "Ready")
        if condition is None or condition["status"] == "False":
            return
        metadata = pod["metadata"]
        stamp = format_rfc3339(self._context.clock.now())
        body = {"status": {"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": stamp}]}}
        try:
            self._context.client.patch(PODS, metadata["name"], body, metadata["namespace"], subresource="status")
        except NotFound:
            return
        self._recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready")

    def _note_zone(self, node: Object) -> None:
        metadata = node["metadata"]
        known = find_condition((node.get("status") or {}).get("conditions") or (), "Ready") is not None
        counts = known and EXCLUDED_LABEL not in (metadata.get("labels") or {})
        place = Place(zone_of(node), self._ready[metadata["name"]]) if counts else None
        self._zones.note(metadata["name"], place)
        self._note_disruption()

    def _note_disruption(self) -> None:
        """Look at every node again where the last one was lost or the first came back, and give all their time anew then."""
        all_lost = self._zones.is_all_lost()
        if all_lost == self._all_lost:
            return
        self._all_lost = all_lost
        if not all_lost:
            now = self._context.clock.now()
            self._healths = {name: health._replace(seen_at=now) for name, health in self._healths.items()}
        for name in self._known:
            self._context.enqueue(Key("", name))

    def _taint(self, node: Object) -> float:
        """Write the taints that the node's state asks for; return in how many seconds there may be more, 0 where that was all."""
        spec, now = node.get("spec") or {}, self._context.clock.now()
        taints = spec.get("taints") or []
        wanted, delay = self._pace(node, list_wanted(node), now)
        updated = update_taints(taints, wanted, now)
        if updated != taints:
            self._context.client.update(NODES, {**node, "spec": {**spec, "taints": updated}})
        return delay

    def _pace(self, node: Object, wanted: list[Taint], now: float) -> tuple[list[Taint], float]:
        """Leave out the taint that drives pods away while it is not the node's turn."""
        calm = [taint for taint in wanted if not is_evicting(taint)]
        if len(calm) == len(wanted):
            return wanted, 0.0
        if self._all_lost:
            return calm, 0.0
        taints = (node.get("spec") or {}).get("taints") or ()
        if any(is_evicting((taint["key"], taint.get("effect", ""))) for taint in taints):
            return wanted, 0.0
        delay = self._zones.take_turn(zone_of(node), now)
        return (calm, delay) if delay else (wanted, 0.0)


def is_ready(node: Object) -> bool:
    """Return whether a node's Ready condition is True."""
    condition = find_condition((node.get("status") or {}).get("conditions") or (), "Ready")
    return condition is not None and condition["status"] == "True"


CONTROLLER = Controller("node-lifecycle", (Watch(NODES),), NodeLifecycleController)
