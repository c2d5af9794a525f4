"""Which pods wait for room that was made for them: status.nominatedNodeName of those that are not bound."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.priority import priority_of

Object = dict[str, Any]


class Nominations:
    """Keeps the pods that are to go to each node."""

    def __init__(self) -> None:
        self._nodes: dict[str, str] = {}  # a pod's uid -> the node
        self._pods: dict[str, dict[str, Object]] = {}

    def update(self, pod: Object, *, gone: bool = False) -> None:
        """Take in the newest state of a pod."""
        uid = pod["metadata"]["uid"]
        wanted = "" if gone or pod["spec"].get("nodeName") else (pod.get("status") or {}).get("nominatedNodeName") or ""
        before = self._nodes.get(uid, "")
        if before and before != wanted:
            del self._nodes[uid], self._pods[before][uid]
        if wanted:
            self._nodes[uid] = wanted
            self._pods.setdefault(wanted, {})[uid] = pod

    def has_any(self) -> bool:
        """Return whether any pod is to go anywhere."""
        return bool(self._nodes)

    def of_node(self, node: str) -> list[Object]:
        """Return the pods that are to go to a node."""
        return list(self._pods.get(node, {}).values())

    def list_before(self, pod: Object, node: str) -> list[Object]:
        """Return those that may go there before a pod: they are as important."""
        if not self._nodes:
            return []
        uid, priority = pod["metadata"].get("uid"), priority_of(pod)
        return [p for p in self.of_node(node) if p["metadata"]["uid"] != uid and priority_of(p) >= priority]
