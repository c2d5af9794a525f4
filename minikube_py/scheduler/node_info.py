"""A node with what stands on it, as the plugins see it."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import Selector
from minikube_py.apis.core.pod_resources import scheduling_requests

Object = dict[str, Any]
Amounts = dict[str, int]
SCORED_REQUESTS = {"cpu": 100, "memory": 200 * 1024 * 1024}  # what scoring takes a container for that asks for nothing


class NodeInfo:
    """A node with what stands on it. Requests are in milli-units (cpu) and units; `pods` are those bound to it and not finished.

    `scored` is what the pods request as scoring reckons it. `pods` only ever grows; what is counted of it is kept.
    """

    __slots__ = ("_memo", "allocatable", "node", "pods", "requested", "scored")

    def __init__(
        self, node: Object, pods: list[Object], allocatable: Amounts, requested: Amounts, scored: Amounts | None = None
    ) -> None:
        self.node, self.pods, self.allocatable, self.requested = node, pods, allocatable, requested
        self.scored = requested if scored is None else scored
        self._memo: dict[Any, tuple[int, Any]] = {}  # what was counted or gathered, of how many pods

    @property
    def name(self) -> str:
        """The node's name."""
        return str(self.node["metadata"]["name"])

    @property
    def labels(self) -> dict[str, str]:
        """The node's labels."""
        return self.node["metadata"].get("labels") or {}

    def add(self, pod: Object, requests: Amounts | None = None, scored: Amounts | None = None) -> None:
        """Count one more pod."""
        self.pods.append(pod)
        add_amounts(self.requested, scheduling_requests(pod["spec"]) if requests is None else requests)
        add_amounts(self.scored, scored_requests(pod["spec"]) if scored is None else scored)

    def with_pods(self, pods: list[Object]) -> NodeInfo:
        """Return the node as it would be with these pods on it."""
        info = NodeInfo(self.node, [], self.allocatable, {}, {})
        for pod in pods:
            info.add(pod)
        return info

    def count_matching(self, selector: Selector, namespace: str) -> int:
        """Return how many pods of a namespace match, those not counted that are being deleted."""
        counted, total = self._memo.get((selector, namespace), (0, 0))
        for pod in self.pods[counted:]:
            metadata = pod["metadata"]
            if metadata["namespace"] == namespace and not metadata.get("deletionTimestamp"):
                total += selector.matches(metadata.get("labels"))
        self._memo[selector, namespace] = (len(self.pods), total)
        return int(total)

    def list_affine(self, rules: str) -> list[Object]:
        """Return the pods that have `podAffinity` or `podAntiAffinity`."""
        counted, found = self._memo.get(rules, (0, []))
        for pod in self.pods[counted:]:
            if (pod["spec"].get("affinity") or {}).get(rules):
                found.append(pod)
        self._memo[rules] = (len(self.pods), found)
        return found  # type: ignore[no-any-return]


def scored_requests(spec: Object) -> Amounts:
    """Return the cpu and memory that a pod counts for in scoring: containers that ask for nothing count for a little."""
    total = dict.fromkeys(SCORED_REQUESTS, 0)
    known = scheduling_requests(spec)
    for resource, amount in SCORED_REQUESTS.items():
        containers = spec.get("containers") or ()
        silent = sum(not ((c.get("resources") or {}).get("requests") or {}).get(resource) for c in containers)
        total[resource] = known.get(resource, 0) + silent * amount
    return total


def add_amounts(total: Amounts, more: Amounts) -> None:
    """Add amounts to others, resource by resource."""
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount
