"""Tells kubelets how long they may keep secrets and config maps: the more nodes, the longer. Upstream: pkg/controller/ttl."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NODES

Object = dict[str, Any]
ANNOTATION = "node.alpha.kubernetes.io/ttl"


class Step(NamedTuple):
    """From how many nodes down one leaves a step, from how many on one takes the next, and the seconds of it."""

    least: int
    most: int
    seconds: int


STEPS = (Step(0, 100, 0), Step(90, 500, 15), Step(450, 1000, 30), Step(900, 2000, 60), Step(1800, 10000, 300))


def find_step(nodes: int, before: int) -> int:
    """Return the number of the step for so many nodes; it changes late both ways."""
    step = before
    while step > 0 and nodes < STEPS[step].least:
        step -= 1
    while step < len(STEPS) - 1 and nodes > STEPS[step].most:
        step += 1
    return step


class TTLController:
    """Keeps one node's annotation."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._nodes = context.lister(NODES)
        self.step = 0

    def reconcile(self, key: Key) -> Result:
        """Annotate the node with the seconds of the present step. Raises StatusError."""
        node = self._nodes.get("", key.name)
        if node is None:
            return Result()
        wanted = str(STEPS[self.step].seconds)
        if (node["metadata"].get("annotations") or {}).get(ANNOTATION) != wanted:
            self._context.client.patch(NODES, key.name, {"metadata": {"annotations": {ANNOTATION: wanted}}})
        return Result()


def _keys_of(node: Object, context: Context) -> Iterable[Key]:
    """Return the node's key, those of all nodes where another step is reached."""
    controller: TTLController = context.reconciler
    nodes = context.lister(NODES)
    step = find_step(nodes.count(), controller.step)
    if step != controller.step:
        controller.step = step
        return [Key("", n["metadata"]["name"]) for n in nodes.list()]
    return [Key("", node["metadata"]["name"])]


CONTROLLER = Controller("ttl", (Watch(NODES, _keys_of),), TTLController)
