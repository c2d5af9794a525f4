"""Nodes with what stands on them, kept in step with the listers: a node is summed up again only when one of its pods changed."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.pod_resources import scheduling_requests
from minikube_py.client.lister import Lister
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
Objects = list[Object]


class NodeCache:
    """Answers with a NodeInfo for each node."""

    def __init__(self, nodes: Lister, pods: Lister) -> None:
        self._nodes, self._pods = nodes, pods
        self._infos: dict[str, NodeInfo] = {}
        self._requests: dict[
            str, dict[tuple[str, int], dict[str, int]]
        ] = {}  # node -> pod's uid and generation -> what it asks

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
            pods = [p for p in self._pods.by_node(name) if (p.get("status") or {}).get("phase") not in ("Succeeded", "Failed")]
            known = self._infos[name] = NodeInfo(node, pods, _allocatable(node), self._sum_up(name, pods))
        elif known.node is not node:
            known = self._infos[name] = known._replace(node=node, allocatable=_allocatable(node))
        return known

    def _sum_up(self, node: str, pods: Objects) -> dict[str, int]:
        """Return what the pods ask for together; a pod's quantities are parsed again only when its spec has changed."""
        before = self._requests.get(node, {})
        counted = self._requests[node] = {}
        total: dict[str, int] = {}
        for pod in pods:
            key = (pod["metadata"]["uid"], pod["metadata"].get("generation", 0))
            counted[key] = before[key] if key in before else scheduling_requests(pod["spec"])
            _add(total, counted[key])
        return total


def _add(total: dict[str, int], more: dict[str, int]) -> None:
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount


def _allocatable(node: Object) -> dict[str, int]:
    amounts = (node.get("status") or {}).get("allocatable") or {}
    return {
        resource: parse_quantity(text).milli_value() if resource == "cpu" else parse_quantity(text).value()
        for resource, text in amounts.items()
    }
