"""Nodes with what stands on them, kept in step with the listers: a change of a pod is counted, not its node summed up anew.

Upstream: pkg/scheduler/backend/cache, with its tree of zones.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from minikube_py.client.lister import Lister
from minikube_py.scheduler.journal import Journal
from minikube_py.scheduler.node_info import NodeInfo

Object = dict[str, Any]
_ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
NODES, AFFINITY, PODS = "nodes", "affinity", "pods"  # changes of nodes; and of pods with affinity; and of all pods
_REGION = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")


class NodeCache:
    """Keeps a NodeInfo for each node. Whoever sees a node or a pod change says so."""

    def __init__(self, nodes: Lister, pods: Lister) -> None:
        self._nodes, self._pods = nodes, pods
        self._infos: dict[str, NodeInfo] = {}
        self._where: dict[str, NodeInfo] = {}  # a pod's uid -> the node it is counted on
        self._order: list[NodeInfo] | None = None
        self.journals = {NODES: Journal(), AFFINITY: Journal(), PODS: Journal()}

    def _note(self, info: NodeInfo, pod: Object | None = None) -> None:
        """Write down that a node changed, or what of a pod on it counts."""
        self.journals[PODS].note(info.name)
        if pod is None or pod["spec"].get("affinity"):
            self.journals[AFFINITY].note(info.name)
        if pod is None:
            self.journals[NODES].note(info.name)

    def get(self, node: str) -> NodeInfo | None:
        """Return a node, None where there is no such."""
        return self._infos.get(node)

    def list(self) -> list[NodeInfo]:
        """Return every node, zone by turns: whoever looks at some of them only sees all zones."""
        if self._order is None:
            zones: dict[tuple[str, str], list[NodeInfo]] = {}
            for info in self._infos.values():
                zones.setdefault(_zone_of(info), []).append(info)
            self._order = [info for turn in zip_longest(*zones.values()) for info in turn if info is not None]
        return self._order

    def update_node(self, name: str) -> Object | None:
        """Take in the newest state of a node, with its pods where it is new; return the state before."""
        newest, info = self._nodes.get("", name), self._infos.get(name)
        before = info.node if info is not None else None
        if newest is None:
            if info is not None:
                self._forget(info)
        elif info is None:
            self._infos[name] = NodeInfo(newest)
            self._order = None
            self._note(self._infos[name])
        elif info.node is not newest:
            zone = _zone_of(info)
            info.set_node(newest)
            self._note(info)
            if _zone_of(info) != zone:
                self._order = None
        if newest is not None:
            self._check_pods(self._infos[name])
        return before

    def _forget(self, info: NodeInfo) -> None:
        for pod in info.pods:
            del self._where[pod["metadata"]["uid"]]
        del self._infos[info.name]
        self._note(info)
        self._order = None

    def _check_pods(self, info: NodeInfo) -> None:
        """Count exactly the pods that are on the node, in case a change was missed."""
        there = {pod["metadata"]["uid"]: pod for pod in self._pods.by_node(info.name)}
        for pod in [pod for pod in info.pods if pod["metadata"]["uid"] not in there]:
            self.update_pod(pod, gone=True)
        for pod in there.values():
            self.update_pod(pod)

    def find_pod(self, uid: str) -> Object | None:
        """Return a pod as it was last counted, None where it is not."""
        info = self._where.get(uid)
        return info.get_pod(uid) if info is not None else None

    def update_pod(self, pod: Object, *, gone: bool = False) -> bool:
        """Take in the newest state of a pod; `gone` is one that is no more. Return whether that makes a difference to others."""
        uid = pod["metadata"]["uid"]
        finished = gone or (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        info = None if finished else self._infos.get(pod["spec"].get("nodeName") or "")
        counted = self._where.get(uid)
        if counted is not None and counted is info:
            generation = info.generation
            info.replace(pod)
            if info.generation == generation:
                return False
            self._note(info, pod)
            return True
        if counted is not None:
            counted.remove(uid)
            del self._where[uid]
            self._note(counted, pod)
        if info is not None:
            info.add(pod)
            self._where[uid] = info
            self._note(info, pod)
        return counted is not info


def _zone_of(info: NodeInfo) -> tuple[str, str]:
    region, zone = ([info.labels[label] for label in names if label in info.labels] for names in (_REGION, _ZONE))
    return (region or [""])[0], (zone or [""])[0]
