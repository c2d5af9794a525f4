"""Nodes with what stands on them, kept in step with the listers: a node is summed up again only when one of its pods changed."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.pod_resources import scheduling_requests
from minikube_py.client.lister import Lister
from minikube_py.scheduler.node_info import Amounts, NodeInfo, scored_requests

Object = dict[str, Any]
Objects = list[Object]


class NodeCache:
    """Answers with a NodeInfo for each node."""

    def __init__(self, nodes: Lister, pods: Lister) -> None:
        self._nodes, self._pods = nodes, pods
        self._infos: dict[str, NodeInfo] = {}
        self._requests: dict[
            str, dict[tuple[str, int], tuple[Amounts, Amounts]]
        ] = {}  # node -> pod's uid and generation -> what it asks, and what it counts for

    def forget(self, node: str) -> None:
        """Sum up a node anew the next time: one of its pods changed."""
        self._infos.pop(node, None)

    def list(self) -> list[NodeInfo]:
        """Return every node, as it is now."""
        return [self._info(node) for node in self._nodes.list()]

    def _info(self, node: Object) -> NodeInfo:
        name = node["metadata"]["name"]
        known = self._infos.get(name)
        if known is None:
            known = self._infos[name] = self._sum_up(node)
        elif known.node is not node:
            known.node, known.allocatable = node, _allocatable(node)
        return known

    def _sum_up(self, node: Object) -> NodeInfo:
        """Return a node with its pods; a pod's quantities are parsed again only when its spec has changed."""
        name = node["metadata"]["name"]
        before = self._requests.get(name, {})
        counted = self._requests[name] = {}
        info = NodeInfo(node, [], _allocatable(node), {}, {})
        for pod in self._pods.by_node(name):
            if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
                continue
            key = (pod["metadata"]["uid"], pod["metadata"].get("generation", 0))
            known = before.get(key)
            if known is None:
                known = (scheduling_requests(pod["spec"]), scored_requests(pod["spec"]))
            counted[key] = known
            info.add(pod, *known)
        return info


def _allocatable(node: Object) -> Amounts:
    amounts = (node.get("status") or {}).get("allocatable") or {}
    return {
        resource: parse_quantity(text).milli_value() if resource == "cpu" else parse_quantity(text).value()
        for resource, text in amounts.items()
    }
