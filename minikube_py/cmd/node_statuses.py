"""Keeps the Node objects and leases of the nodes that run here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from minikube_py.client.reconcile import Context, Key, Result
from minikube_py.client.resources import NODES

if TYPE_CHECKING:
    from minikube_py.kubelet.kubelet import Kubelet
    from minikube_py.kubelet.node_status import NodeStatus


class NodeStatuses:
    """Lets each node say that it lives. `take_on(name)` is called for a node that somebody made by hand."""

    def __init__(
        self,
        context: Context,
        statuses: dict[str, NodeStatus],
        kubelets: dict[str, Kubelet],
        take_on: Callable[[str], None] | None,
    ) -> None:
        self._nodes = context.lister(NODES)
        self._statuses, self._kubelets, self._take_on = statuses, kubelets, take_on

    def reconcile(self, key: Key) -> Result:
        """Renew a node's lease and tell its status if it is time. One that was deleted is gone until its kubelet starts again."""
        node = self._nodes.get("", key.name)
        if node is None:
            self._statuses.pop(key.name, None)
            return Result()
        if key.name not in self._statuses and self._take_on is not None:
            self._take_on(key.name)
        status = self._statuses.get(key.name)
        if status is None:
            return Result()
        return Result(status.tick(self._kubelets[key.name].node.images.present.values(), node))
