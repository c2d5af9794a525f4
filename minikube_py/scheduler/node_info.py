"""A node with what stands on it, as the plugins see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeVar

from minikube_py.apimachinery.labels import Selector
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.given_resources import held_spec
from minikube_py.scheduler.requests import Amounts, Requests, add_amounts, read_requests

Object = dict[str, Any]
T = TypeVar("T")
_generations = count(1)


class NodeInfo:
    """A node with the pods that are bound to it and not finished. Amounts are in milli-units (cpu) and units.

    `scored` is what the pods request as scoring reckons it. `generation` is another one after each change that a plugin could see,
    `node_generation` after those of the node itself; no two nodes ever have the same.
    """

    __slots__ = (
        "_memo",
        "_places",
        "_requests",
        "allocatable",
        "generation",
        "host",
        "images",
        "labels",
        "name",
        "node",
        "node_generation",
        "pods",
        "requested",
        "scored",
    )

    def __init__(self, node: Object, pods: Iterable[Object] = ()) -> None:
        self.pods: list[Object] = []  # newest states; never changed but through the methods below
        self.requested: Amounts = {}
        self.scored: Amounts = {}
        self._places: dict[str, int] = {}  # a pod's uid -> where in `pods`
        self._requests: dict[str, Requests] = {}
        self._memo: dict[Any, tuple[int, Any]] = {}  # what was counted or gathered, of how many pods
        self.set_node(node)
        for pod in pods:
            self.add(pod)

    def set_node(self, node: Object) -> None:
        """Take in the newest state of the node itself."""
        self.node = node
        self.name: str = node["metadata"]["name"]
        self.labels: dict[str, str] = node["metadata"].get("labels") or {}
        self.host = self.labels.get("kubernetes.io/hostname")
        status = node.get("status") or {}
        self.allocatable = _read_amounts(status.get("allocatable") or {})
        images = status.get("images") or ()
        self.images = {name: int(i.get("sizeBytes") or 0) for i in images for name in i.get("names") or ()}
        self.generation = self.node_generation = next(_generations)

    def get_pod(self, uid: str) -> Object:
        """Return a pod that is counted."""
        return self.pods[self._places[uid]]

    def add(self, pod: Object) -> None:
        """Count one more pod."""
        uid = pod["metadata"]["uid"]
        requests = self._requests[uid] = read_requests(held_spec(pod))
        self._places[uid] = len(self.pods)
        self.pods.append(pod)
        add_amounts(self.requested, requests.asked)
        add_amounts(self.scored, requests.scored)
        self.generation = next(_generations)

    def remove(self, uid: str) -> None:
        """Count a pod no longer."""
        requests = self._requests.pop(uid)
        add_amounts(self.requested, requests.asked, -1)
        add_amounts(self.scored, requests.scored, -1)
        del self.pods[self._places[uid]]
        self._places = {pod["metadata"]["uid"]: place for place, pod in enumerate(self.pods)}
        self._memo.clear()
        self.generation = next(_generations)

    def replace(self, pod: Object) -> None:
        """Take in the newest state of a pod that is counted already."""
        uid = pod["metadata"]["uid"]
        place = self._places[uid]
        before, self.pods[place] = self.pods[place], pod
        requests, known = read_requests(held_spec(pod)), self._requests[uid]
        if requests == known and _what_is_seen(pod) == _what_is_seen(before):
            return
        self._requests[uid] = requests
        for total, now, then in ((self.requested, requests.asked, known.asked), (self.scored, requests.scored, known.scored)):
            add_amounts(total, then, -1)
            add_amounts(total, now)
        self._memo.clear()
        self.generation = next(_generations)

    def with_pods(self, pods: Iterable[Object]) -> NodeInfo:
        """Return the node as it would be with these pods on it."""
        return NodeInfo(self.node, pods)

    def count_matching(self, selector: Selector, namespace: str) -> int:
        """Return how many pods of a namespace match, those not counted that are being deleted."""
        counted, total = self._memo.get((selector, namespace), (0, 0))
        for pod in self.pods[counted:]:
            metadata = pod["metadata"]
            if metadata["namespace"] == namespace and not metadata.get("deletionTimestamp"):
                total += selector.matches(metadata.get("labels"))
        self._memo[selector, namespace] = (len(self.pods), total)
        return int(total)

    def gather(self, read: Callable[[Object], list[T]]) -> list[T]:
        """Return what `read` finds in each of the pods' specs, names and labels; it is asked once a pod."""
        counted, found = self._memo.get(read, (0, []))
        if counted < len(self.pods):
            found = [*found, *(each for pod in self.pods[counted:] for each in read(pod))]
            self._memo[read] = (len(self.pods), found)
        return found  # type: ignore[no-any-return]


def _what_is_seen(pod: Object) -> tuple[Any, ...]:
    """Return what of a bound pod can change and matters to others: not what its status says."""
    metadata = pod["metadata"]
    return metadata.get("labels"), bool(metadata.get("deletionTimestamp"))


def _read_amounts(amounts: dict[str, str]) -> Amounts:
    return {
        resource: parse_quantity(text).milli_value() if resource == "cpu" else parse_quantity(text).value()
        for resource, text in amounts.items()
    }
