"""Nodes that somebody made by hand. On the fake runtime they are as good as others: nothing of a machine is needed."""

from __future__ import annotations

from collections.abc import Iterable

from minikube_py.apimachinery.unstructured import is_condition_true
from minikube_py.kubelet.images.catalogue import Image
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.node_status import NodeStatus, make_conditions, make_status


class FoundNodeStatus(NodeStatus):
    """Keeps the lease of a node made by hand, and says what its maker left out of its status."""

    def _make_status(self, previous: Object, images: Iterable[Image], now: float) -> Object:
        made = make_status(self._info, {}, images, now)
        status: Object = {**made, **{key: value for key, value in previous.items() if value}}
        given = {key: value for key, value in (previous.get("nodeInfo") or {}).items() if value}
        status["nodeInfo"] = {**made["nodeInfo"], **given}
        conditions = previous.get("conditions") or ()
        if not is_condition_true(conditions, "Ready"):
            status["conditions"] = make_conditions(conditions, now)
        return status
