"""A daemon set as one reconcile sees it: its nodes, and its pods by node. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery.intstr import scaled_value
from minikube_py.client.controller_history import REVISION_LABEL
from minikube_py.client.pod_control import available_in
from minikube_py.controller.daemonset.nodes import GENERATION_LABEL, Fit, generation_of, judge_node, target_of

Object = dict[str, Any]


class View(NamedTuple):
    """The daemon set, the hash of its present revision, the time, what it means to each node, and its pods by node's name."""

    daemon_set: Object
    digest: str
    now: float
    fits: dict[str, Fit]
    pods: dict[str, list[Object]]

    @property
    def wanted(self) -> list[str]:
        """The nodes that are to have a pod."""
        return [name for name, fit in self.fits.items() if fit.should_run]

    def wait_for(self, pod: Object) -> float | None:
        """Return in how many seconds a pod is available: 0 for now, None while it is not ready."""
        return available_in(pod, self.daemon_set["spec"].get("minReadySeconds") or 0, self.now)

    def is_available(self, pod: Object) -> bool:
        """Return whether a pod has been ready for long enough."""
        return self.wait_for(pod) == 0

    def is_updated(self, pod: Object) -> bool:
        """Return whether a pod is of the present template."""
        generation = generation_of(self.daemon_set)
        numbered = (pod["metadata"].get("labels") or {}).get(GENERATION_LABEL)
        return self.is_current(pod) or bool(generation and numbered == generation)

    def is_current(self, pod: Object) -> bool:
        """Return whether a pod is of the present revision, by its hash alone."""
        return bool((pod["metadata"].get("labels") or {}).get(REVISION_LABEL) == self.digest)

    @property
    def max_surge(self) -> int:
        """How many nodes may have a new pod besides the old one."""
        return self._resolve("maxSurge", len(self.wanted))

    @property
    def max_unavailable(self) -> int:
        """How many nodes may be without an available pod during an update."""
        count = self._resolve("maxUnavailable", len(self.wanted))
        return count or (1 if self.wanted and not self.max_surge else 0)

    @property
    def surges(self) -> bool:
        """Whether new pods come before old ones go."""
        return self._resolve("maxSurge", 1) > 0

    def _resolve(self, field: str, total: int) -> int:
        strategy = self.daemon_set["spec"]["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return 0
        return scaled_value((strategy.get("rollingUpdate") or {}).get(field, 0), total, True)


def look_at(daemon_set: Object, digest: str, now: float, nodes: Iterable[Object], pods: Iterable[Object]) -> View:
    """Return the view of a daemon set with these nodes and pods."""
    named = {node["metadata"]["name"]: node for node in nodes}
    by_node: dict[str, list[Object]] = {}
    for pod in pods:
        ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        target = target_of(pod)
        if target and not (ended and pod["metadata"].get("deletionTimestamp")):
            by_node.setdefault(target, []).append(pod)
    fits = {name: judge_node(daemon_set, named[name]) for name in sorted(named)}
    return View(daemon_set, digest, now, fits, by_node)


def sort_pods(pods: Iterable[Object]) -> list[Object]:
    """Return pods with those on their node first, then by age and name."""

    def rank(pod: Object) -> tuple[bool, str, str]:
        metadata = pod["metadata"]
        return not pod["spec"].get("nodeName"), metadata["creationTimestamp"], metadata["name"]

    return sorted(pods, key=rank)
